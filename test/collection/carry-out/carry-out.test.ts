import { createHash } from 'node:crypto';
import { appendFile, cp, link, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ActOf, moveTo, toHardlink, toTrash } from '#src/collection/carry-out/acts.js';
import { type ActOutcome, carryOut } from '#src/collection/carry-out/carry-out.js';
import { carriedOut, Journal } from '#src/collection/carry-out/journal.js';
import { undoLast } from '#src/collection/carry-out/undo.js';
import type { Collection } from '#src/collection/collection.js';
import { tempFolder } from '../../store/temp-folder.js';
import { makeCollection } from '../made-collection.js';
import { until } from './dying.js';

const base = tempFolder();
let root: string;
let numRoots = 0;
const at = (...names: string[]): string => join(root, ...names);
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Three copies of one content, one of them in another folder, and a picture like them. */
const FILES = { 'in/a.jpg': 'same', 'in/b.jpg': 'same', 'in/c/ä %.jpg': 'same', 'in/d.jpg': 'other' };
let collection: Collection;

beforeEach(async () => {
  root = join(base, String(numRoots++));
  await mkdir(at('in', 'c'), { recursive: true });
  await mkdir(at('run'));
  for (const [i, [name, text]] of Object.entries(FILES).entries()) {
    await writeFile(at(name), text);
    await utimes(at(name), 1e9, 1e9 + 100 * i + 0.25);
  }
  const made = makeCollection(Object.keys(FILES).map(() => [1, 0]));
  const pictures = Object.entries(FILES).map(([name, text]) => {
    return { id: at(name), name: relative('in', name), label: null, hash: sha256(text) };
  });
  collection = { ...made, pictures };
  vi.stubEnv('XDG_DATA_HOME', at('data'));
});
afterEach(() => vi.unstubAllEnvs());

/** All files below the folder of pictures, with their bytes and times. */
async function seen(): Promise<Record<string, string>> {
  const entries = await readdir(at('in'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const told = files.sort().map(async (path) => {
    const { mtimeMs } = await stat(path);
    return [relative(root, path), `${await readFile(path)} ${Math.round(1000 * mtimeMs)}`] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

const ACTS: Readonly<Record<string, () => ActOf>> = {
  move: () => moveTo(at('out')),
  trash: () => toTrash,
  hardlink: () => toHardlink,
};
/** The first stays of the three that are the same. */
const SAME = [1, 2].map((row) => ({ row, staying: [0] }));

async function withJournal<T>(work: (journal: Journal) => Promise<T>): Promise<T> {
  const journal = await Journal.open(at('run'));
  try {
    return await work(journal);
  } finally {
    await journal.close();
  }
}

const carry = (act: ActOf, doomed = SAME): Promise<readonly ActOutcome[]> =>
  withJournal((journal) => carryOut(act, doomed, collection, { journal }));
const undo = () => withJournal((journal) => undoLast(journal));

describe('carryOut', () => {
  it.each(Object.keys(ACTS))('by %s takes what could go, and undo gives back each byte and time', async (kind) => {
    const before = await seen();
    const act = ACTS[kind]!();
    const told = await carryOut(act, SAME, collection);
    expect(await seen()).toEqual(before);
    const done = await carry(act);
    expect(done.map(({ path, to }) => [path, to])).toEqual(told.map(({ path, to }) => [path, to]));
    if (kind === 'hardlink') {
      expect((await stat(at('in', 'a.jpg'))).nlink).toBe(3);
      expect(await carriedOut(at('run'))).toEqual(new Set());
    } else {
      expect(Object.keys(await seen())).toEqual(['in/a.jpg', 'in/d.jpg']);
      for (const { to } of done) expect(await readFile(to!, 'utf8')).toBe('same');
      expect(await carriedOut(at('run'))).toEqual(new Set([at('in/b.jpg'), at('in/c/ä %.jpg')]));
    }
    expect(await undo()).toEqual({ restored: [at('in/c/ä %.jpg'), at('in/b.jpg')], left: [] });
    expect(await seen()).toEqual(before);
    expect(await undo()).toBeUndefined();
    expect(await carriedOut(at('run'))).toEqual(new Set());
  });

  it('puts into the trash what desktops can put back', async () => {
    await carry(toTrash);
    const [files, info] = [at('data/Trash/files'), at('data/Trash/info')];
    expect((await readdir(files)).sort()).toEqual(['b.jpg', 'ä %.jpg']);
    const note = await readFile(join(info, 'ä %.jpg.trashinfo'), 'utf8');
    const [, path] = /^\[Trash Info\]\nPath=(.+)\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/.exec(note)!;
    expect(path).toMatch(/\/in\/c\/%C3%A4%20%25\.jpg$/);
    expect(decodeURIComponent(path!)).toBe(at('in/c/ä %.jpg'));
    await undo();
    expect(await readdir(info)).toEqual([]);
  });

  it('leaves alone what has changed, is gone, is a link, or would be the last', async () => {
    const reasons = async (act = moveTo(at('out')), doomed = SAME): Promise<(string | undefined)[]> =>
      (await carry(act, doomed)).map(({ reason }) => reason?.replace(root, '').replace(/^.*?: /, ''));
    await writeFile(at('in/b.jpg'), 'edited');
    await rm(at('in/c/ä %.jpg'));
    expect(await reasons()).toEqual([
      'expected a file as it was encoded, got other bytes.',
      'expected a file as it was encoded, got nothing there.',
    ]);
    await symlink(at('in/a.jpg'), at('in/c/ä %.jpg'));
    await writeFile(at('in/a.jpg'), 'edited');
    const whole = [{ row: 3, staying: [0] }];
    expect(await reasons(undefined, whole)).toEqual(['expected a file as it was encoded, got other bytes.']);
    await writeFile(at('in/a.jpg'), 'same');
    expect(await reasons()).toEqual([
      'expected a file as it was encoded, got other bytes.',
      'expected a file as it was encoded, got a link.',
    ]);
    expect(await reasons(toHardlink, whole)).toEqual([
      'expected the same bytes as what stays, got others. Use --move-to.',
    ]);
    const journal = await Journal.open(at('run'));
    const [outcome] = await carryOut(moveTo(at('out')), whole, collection, { journal, references: [at('in')] });
    await journal.close();
    expect(outcome!.reason).toMatch(/got one in a reference folder\.$/);
    expect(await undo()).toBeUndefined();
  });

  it('overwrites nothing, there or back', async () => {
    await mkdir(at('out'));
    await writeFile(at('out', 'b.jpg'), 'somebody’s');
    const [first] = await carry(moveTo(at('out')));
    expect(first!.to).toBe(at('out', 'b 2.jpg'));
    expect(await readFile(at('out', 'b.jpg'), 'utf8')).toBe('somebody’s');
    await writeFile(at('in/b.jpg'), 'new');
    await writeFile(at('out/c/ä %.jpg'), 'edited');
    const undone = await undo();
    expect(undone!.restored).toEqual([]);
    expect(undone!.left.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(`got other bytes in ${at('out/c/ä %.jpg')} than it had`),
      expect.stringContaining(`got something else at ${at('in/b.jpg')}. Move that away, and undo again.`),
    ]);
    expect(await readFile(at('in/b.jpg'), 'utf8')).toBe('new');
    await rm(at('in/b.jpg'));
    await writeFile(at('out/c/ä %.jpg'), 'same');
    expect((await undo())!.left).toEqual([]);
  });

  it('goes on after a journal that was torn', async () => {
    await appendFile(at('run', 'carried-out.jsonl'), '{"session":"x","num');
    const before = await seen();
    await carry(moveTo(at('out')));
    await undo();
    expect(await seen()).toEqual(before);
  });

  it('refuses while another does it', async () => {
    const journal = await Journal.open(at('run'));
    await expect(Journal.open(at('run'))).rejects.toThrow('carried-out.lock: expected a run that nothing is writing');
    await journal.close();
  });
});

describe('killed before any operation', () => {
  const CASES = [
    ...Object.keys(ACTS).map((kind) => ({ kind, hasNoLinks: false })),
    ...['move', 'trash'].map((kind) => ({ kind, hasNoLinks: true })),
  ];

  /** A process that is gone holds no lock. */
  const unlock = (): Promise<void> => rm(at('run', 'carried-out.lock'), { force: true });

  it.each(CASES)('$kind can be undone, links or none: $hasNoLinks', async ({ kind, hasNoLinks }) => {
    const before = await seen();
    for (let after = 0; ; after++) {
      expect(after).toBeLessThan(200);
      const journal = await Journal.open(at('run'));
      const isDone = await until({ after, hasNoLinks }, () => carryOut(ACTS[kind]!(), SAME, collection, { journal }));
      await journal.close();
      await unlock();
      // Nothing is lost meanwhile: every content is there, under some name.
      const undone = await undo();
      expect(undone?.left ?? []).toEqual([]);
      expect(await seen()).toEqual(before);
      for (const folder of ['out', 'data/Trash/files', 'data/Trash/info']) {
        const left = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch(() => []);
        expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
      }
      if (isDone) break;
    }
  });

  it.each(CASES)('the undoing of $kind can go on, links or none: $hasNoLinks', async ({ kind, hasNoLinks }) => {
    const before = await seen();
    for (let after = 0; ; after++) {
      expect(after).toBeLessThan(200);
      const all = { after: Number.POSITIVE_INFINITY, hasNoLinks: hasNoLinks && kind !== 'hardlink' };
      await until(all, () => carry(ACTS[kind]!()));
      const journal = await Journal.open(at('run'));
      const isDone = await until({ after, hasNoLinks }, () => undoLast(journal));
      await journal.close();
      await unlock();
      expect((await undo())?.left ?? []).toEqual([]);
      expect(await seen()).toEqual(before);
      if (isDone) break;
    }
  });
});

it('follows a hard link that was there before', async () => {
  await link(at('in/b.jpg'), at('elsewhere.jpg'));
  await cp(at('in'), at('saved'), { recursive: true });
  const before = await seen();
  await carry(toHardlink);
  await undo();
  expect(await seen()).toEqual(before);
});
