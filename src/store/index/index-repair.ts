/** @file Makes an index fit to be changed: every picture once, nothing damaged, and in the form of this version. */
import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RunError } from '../../core/errors.js';
import { isLocal } from './index-address.js';
import { findDamage, isSuperseded, recordFiles } from './index-files.js';
import type { IndexedPicture } from './indexed-picture.js';
import { connectTo, usable } from './lance.js';
import { PictureIndex } from './picture-index.js';
import { earlierTableName, tableName } from './picture-table.js';
import type { BadRows } from './table-repair.js';

/** What was not right with an index. */
export interface IndexRepairs extends BadRows {
  /** Whether it could not be read at all, and begins anew. */
  readonly rebuilt: boolean;
}

/** Said where there is nothing else to say. */
const DAMAGED = 'expected an index that can be read, got one with invalid data';

/** How systems speak of what is no damage. */
const SYSTEM = /no space|denied|read-only|too many open|timed? ?out/i;

/** How LanceDB and Arrow speak of what they cannot make sense of. */
const DAMAGE =
  /panic|corrupt|invalid|not found|unknown|decode|parse|out of range|too small|fill whole|unwrap|does not match/i;

function isDamage(error: unknown): boolean {
  return error instanceof RunError && DAMAGE.test(error.message) && !SYSTEM.test(error.message);
}

/** Which features of an index. */
export interface IndexOf {
  readonly address: string;
  readonly encoderKey: string;
  /** Numbers of a feature. */
  readonly dim: number;
}

/** An index fit to be changed, with the pictures in it. */
export interface RepairedIndex {
  readonly index: PictureIndex;
  readonly pictures: readonly IndexedPicture[];
  readonly repairs: IndexRepairs;
}

/**
 * Opens an index, made if it is not there, and repairs it, at the cost of reading it once.
 *
 * One on this machine in which nothing can be read is removed first; in an object store that is left to people.
 *
 * @throws {RunError} if it cannot be read and written
 */
export async function openRepaired(of: IndexOf): Promise<RepairedIndex> {
  const { address, encoderKey, dim } = of;
  try {
    const before = await repairApart(of);
    const index = await PictureIndex.create(address, encoderKey, dim);
    const { pictures, doubled, damaged } = await index.repair();
    return {
      index,
      pictures,
      repairs: { doubled: doubled + before.doubled, damaged: damaged + before.damaged, rebuilt: false },
    };
  } catch (error) {
    if (!isLocal(address) || !isDamage(error)) throw error;
    await removeTables(address);
    const index = await PictureIndex.create(address, encoderKey, dim);
    return { index, pictures: [], repairs: { doubled: 0, damaged: 0, rebuilt: true } };
  }
}

/**
 * Repairs what is known to be damaged, or is of version 0.1, in a process of its own: of damage, LanceDB may panic, which
 * it tells on stderr, or end the process.
 */
async function repairApart({ address, encoderKey, dim }: IndexOf): Promise<BadRows> {
  const { connection, names } = await usable(address, () => connectTo(address));
  connection.close();
  const file = isLocal(address) ? await damagedFile(address, tableName(encoderKey)) : undefined;
  if (file === undefined && !names.includes(earlierTableName(encoderKey))) return { doubled: 0, damaged: 0 };
  const script = fileURLToPath(new URL('./table-repair-process.js', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, address, encoderKey, String(dim)]);
    if (file !== undefined) await recordFiles(address, { anew: true });
    return JSON.parse(stdout) as BadRows;
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const reason =
      stdout === '' || (file !== undefined && !SYSTEM.test(stdout)) ? `${file ?? address}: ${DAMAGED}` : stdout;
    throw new RunError(reason, { cause: error });
  }
}

/** A damaged file that is needed; versions that are not are removed. */
async function damagedFile(address: string, table: string): Promise<string | undefined> {
  for (;;) {
    const file = await findDamage(address, table);
    if (file === undefined || !(await isSuperseded(file))) return file;
    await rm(file);
  }
}

async function removeTables(address: string): Promise<void> {
  for (const name of await readdir(address)) {
    if (name.endsWith('.lance') || name === '__manifest') await rm(join(address, name), { recursive: true });
  }
  await recordFiles(address, { anew: true });
}
