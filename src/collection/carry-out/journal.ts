/**
 * @file What was done to files, in `carried-out.jsonl` of the run: each act is written there, onto the disk, before it is
 * done, so that whatever happens it can be found and undone.
 */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withPath } from '../../core/system-errors.js';
import { openable } from '../../data/scan/file-name.js';
import { readJsonLines, truncateAfter } from '../../store/files/jsonl.js';
import { acquireLock, type Lock } from '../../store/files/lock.js';
import { syncFolderOf } from './move-file.js';

export const ACT_KINDS = ['move', 'trash', 'hardlink'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

const actSchema = z.object({
  /** Of the command that did it. */
  session: z.string(),
  number: z.int(),
  kind: z.enum(ACT_KINDS),
  at: z.string(),
  from: z.string(),
  /** Where it went; of a hard link, the file that it is now another name of. */
  to: z.string(),
  /** A name that is in use only while it is done, or undone. */
  temp: z.string(),
  sha256: z.string(),
  mtimeMs: z.number(),
  /** The note that a trash folder has of it. */
  note: z.object({ path: z.string(), text: z.string() }).optional(),
});
/** One thing done to one file. */
export type Act = Readonly<z.infer<typeof actSchema>>;

const undoneSchema = z.object({ undone: z.object({ session: z.string(), number: z.int() }) });

export class Journal {
  readonly #path: string;
  readonly #lock: Lock;

  private constructor(path: string, lock: Lock) {
    this.#path = path;
    this.#lock = lock;
  }

  /** @throws {RunError} if another process carries something out */
  static async open(runPath: string): Promise<Journal> {
    const lock = await acquireLock(join(runPath, 'carried-out.lock'));
    const path = pathOf(runPath);
    // A line that was torn is of an act that was not begun.
    if (existsSync(path)) await truncateAfter(path, () => true);
    return new Journal(path, lock);
  }

  /** Writes down what is about to be done. Once this is fulfilled it is on the disk. */
  async begin(act: Act): Promise<void> {
    await this.#append(act);
  }

  /** Writes down that it is undone, or was never done. */
  async undone({ session, number }: Act): Promise<void> {
    await this.#append({ undone: { session, number } });
  }

  /** Acts that are not undone, in the order in which they were begun. */
  async standing(): Promise<readonly Act[]> {
    return standingActs(this.#path);
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }

  async #append(record: object): Promise<void> {
    const isNew = !existsSync(this.#path);
    try {
      const file = await open(this.#path, 'a');
      try {
        await file.writeFile(`${JSON.stringify(record)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      if (isNew) await syncFolderOf(this.#path);
    } catch (error) {
      throw withPath(error, this.#path);
    }
  }
}

function pathOf(runPath: string): string {
  return join(runPath, 'carried-out.jsonl');
}

async function standingActs(path: string): Promise<readonly Act[]> {
  const acts = new Map<string, Act>();
  for (const record of await readJsonLines(path)) {
    const undone = undoneSchema.safeParse(record);
    if (undone.success) acts.delete(`${undone.data.undone.session} ${undone.data.undone.number}`);
    else {
      const act = actSchema.parse(record);
      acts.set(`${act.session} ${act.number}`, act);
    }
  }
  return [...acts.values()];
}

/** Paths of files that a run's duplicates were taken from, and that are not there any more. */
export async function carriedOut(runPath: string): Promise<ReadonlySet<string>> {
  const acts = await standingActs(pathOf(runPath));
  return new Set(
    acts.filter(({ kind, from }) => kind !== 'hardlink' && !existsSync(openable(from))).map(({ from }) => from),
  );
}
