/** @file Changing an index: by one process at a time, from a state that is whole to another. */
import { join } from 'node:path';
import { removeLeftovers } from '../files/atomic.js';
import { type Lock, type WaitOptions, waitForLock } from '../files/lock.js';
import { makeFolder } from '../files/make-folder.js';
import { isLocal } from './index-address.js';
import { recordFiles } from './index-files.js';
import { type IndexOf, openRepaired, type RepairedIndex } from './index-repair.js';
import { usable } from './lance.js';

/**
 * Has an index changed, as soon as no other process on this machine is changing it.
 *
 * On an object store there is no lock: the key of the table keeps two from putting in one picture.
 *
 * @throws {RunError} if it cannot be read and written
 * @throws the signal's reason, while it waits
 */
export async function changeIndex<T>(
  of: IndexOf,
  options: WaitOptions,
  change: (repaired: RepairedIndex) => Promise<T>,
): Promise<T> {
  if (!isLocal(of.address)) return withIndex(of, change);
  const lock = await usable(of.address, () => lockIndex(of.address, options), options.signal);
  try {
    return await withIndex(of, change);
  } finally {
    await lock.release();
  }
}

/**
 * Does a part of a change to an index on this machine's disks, with its lock, and records what files there are then.
 *
 * @throws as `changeIndex` does
 */
export async function changeLocked<T>(address: string, options: WaitOptions, work: () => Promise<T>): Promise<T> {
  const lock = await usable(address, () => lockIndex(address, options), options.signal);
  try {
    const result = await work();
    await recordFiles(address);
    return result;
  } finally {
    await lock.release();
  }
}

async function lockIndex(address: string, options: WaitOptions): Promise<Lock> {
  await makeFolder(address);
  const lock = await waitForLock(join(address, 'index.lock'), options);
  await removeLeftovers(address);
  return lock;
}

async function withIndex<T>(of: IndexOf, change: (repaired: RepairedIndex) => Promise<T>): Promise<T> {
  const repaired = await openRepaired(of);
  try {
    return await change(repaired);
  } finally {
    repaired.index.close();
    // Also what was written until it was stopped is as it should be.
    if (isLocal(of.address)) await recordFiles(of.address);
  }
}
