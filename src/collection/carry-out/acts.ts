/** @file The three things that can be done with a copy, each with the way back: an act is one object. */
import { link, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { openable } from '../../data/scan/file-name.js';
import { tempBeside } from '../../store/files/atomic.js';
import { makeFolder } from '../../store/files/make-folder.js';
import type { Act, ActKind } from './journal.js';
import { copyWhole, fileDigest, moveFile, syncFolderOf, whatIsAt } from './move-file.js';
import { trashNote, trashOf } from './trash-folder.js';

/** A copy that is to go. */
export interface Going {
  /** Its path, and what it is called below the folder that all pictures are in. */
  readonly path: string;
  readonly name: string;
  /** One that stays. */
  readonly kept: string;
}

/** Where an act takes a file. */
export type ActTarget = Pick<Act, 'to' | 'temp' | 'note'>;

export interface ActOf {
  readonly kind: ActKind;
  /** Whether only files that are the same to the byte as what stays can be taken. */
  readonly needsSameBytes: boolean;
  /** Finds a place where nothing is. */
  target(going: Going, at: Date): Promise<ActTarget>;
  perform(act: Act): Promise<void>;
  /**
   * Puts the file back, as it was, wherever the act or an earlier undoing was interrupted.
   *
   * @throws {DataError} if that would overwrite something, or the file is not what it was; then nothing is changed
   */
  undo(act: Act): Promise<void>;
}

/** Moves copies into a folder, under the names that they have below that of all pictures. */
export function moveTo(folder: string): ActOf {
  return {
    ...moving,
    kind: 'move',
    async target({ name }) {
      const to = await freeName(join(folder, name));
      return { to, temp: tempBeside(to) };
    },
  };
}

const moving = {
  needsSameBytes: false,
  async perform(act: Act): Promise<void> {
    await makeFolder(dirname(act.to));
    await moveFile(act);
  },
  async undo(act: Act): Promise<void> {
    const { from, to, sha256, mtimeMs } = act;
    const temp = join(dirname(from), basename(act.temp));
    for (const unfinished of [act.temp, temp]) await rm(openable(unfinished), { force: true });
    const [there, here] = [await whatIsAt(to), await whatIsAt(from)];
    if (there === undefined) {
      if (here === undefined) throw refused(act, 'nothing there', 'Look for it elsewhere.');
      return; // It was not begun, or is undone.
    }
    if (here === undefined) {
      await expectUnchanged(act, to);
      await makeFolder(dirname(from));
      await moveFile({ from: to, to: from, temp, sha256, mtimeMs });
      return;
    }
    const isOneFile = there.dev === here.dev && there.ino === here.ino;
    // A copy that was whole already when it was interrupted.
    const areCopies = !isOneFile && here.isFile() && (await fileDigest(from)) === sha256;
    if (!isOneFile && !areCopies) {
      throw refused(act, `something else at ${from}`, 'Move that away, and undo again.');
    }
    if (areCopies) await expectUnchanged(act, to);
    await rm(openable(to));
    await syncFolderOf(to);
  },
};

/** Puts copies into the trash of the desktop, with the note by which it can put them back, too. */
export const toTrash: ActOf = {
  needsSameBytes: false,
  kind: 'trash',
  async target({ path }, at) {
    const trash = await trashOf(path);
    const name = basename(path);
    for (let i = 1; ; i++) {
      const numbered = i === 1 ? name : `${name.slice(0, name.length - extname(name).length)} ${i}${extname(name)}`;
      const to = join(trash.path, 'files', numbered);
      const note = join(trash.path, 'info', `${numbered}.trashinfo`);
      if ((await whatIsAt(to)) ?? (await whatIsAt(note))) continue;
      return { to, temp: tempBeside(to), note: { path: note, text: trashNote(path, trash, at) } };
    }
  },
  async perform(act) {
    // The note comes first, and is never put over another: so says the specification.
    await writeFile(openable(act.note!.path), act.note!.text, { flag: 'wx', flush: true });
    await moveFile(act);
  },
  async undo(act) {
    await moving.undo(act);
    const { path, text } = act.note!;
    const found = await whatIsAt(path);
    if (found?.size === Buffer.byteLength(text)) await rm(openable(path));
  },
};

/** Makes a copy another name of the file that stays: it takes no room any more, and is there under its own name. */
export const toHardlink: ActOf = {
  needsSameBytes: true,
  kind: 'hardlink',
  async target({ path, kept }) {
    return { to: kept, temp: tempBeside(path) };
  },
  async perform({ from, to, temp }) {
    await link(openable(to), openable(temp)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      throw new DataError(`${from}: expected it on the disk of ${to}, got another. A hard link needs one disk.`);
    });
    await rename(openable(temp), openable(from));
    await syncFolderOf(from);
  },
  async undo(act) {
    const { from, to, temp, sha256, mtimeMs } = act;
    await rm(openable(temp), { force: true });
    const [kept, here] = [await whatIsAt(to), await whatIsAt(from)];
    if (here === undefined) throw refused(act, 'nothing there', 'Look for it elsewhere.');
    await expectUnchanged(act, from);
    const isOneFile = kept?.dev === here.dev && kept.ino === here.ino;
    if (!isOneFile && (here.nlink === 1 || here.mtimeMs === mtimeMs)) {
      // A file of its own already: it was not begun, or is undone, or the other name of it is gone.
      if (here.mtimeMs !== mtimeMs) await utimes(openable(from), here.atimeMs / 1000, mtimeMs / 1000);
      return;
    }
    await copyWhole({ from, to: temp, sha256, mtimeMs });
    await rename(openable(temp), openable(from));
    await syncFolderOf(from);
  },
};

async function expectUnchanged(act: Act, path: string): Promise<void> {
  if ((await fileDigest(path)) === act.sha256) return;
  throw refused(act, `other bytes in ${path} than it had`, 'What is there is left as it is.');
}

function refused({ from }: Act, got: string, advice: string): DataError {
  return new DataError(`${from}: expected what was taken from here to be put back, got ${got}. ${advice}`);
}

/** A path at which nothing is: as it is, or with a number. */
async function freeName(path: string): Promise<string> {
  const end = extname(path);
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? path : `${path.slice(0, path.length - end.length)} ${i}${end}`;
    if ((await whatIsAt(numbered)) === undefined) return numbered;
  }
}
