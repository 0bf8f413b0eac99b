/** @file Which part of all pictures is whose, where several processes divide them: a function of a picture's id alone. */

import { ArgumentError } from './errors.js';

/** Some of so many shares. */
export interface Shares {
  readonly of: number;
  /** Those that are meant, from 0. */
  readonly own: readonly number[];
}

/** The share that an id belongs to, in [0, of): by a hash, so that shares are about equal, and a picture stays where it is. */
export function shareOf(id: string, of: number): number {
  // FNV-1a over UTF-16 code units, whose low bits the last of them rule; so they are mixed (MurmurHash3's end).
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % of;
}

/**
 * A share as it is given to one job of several: `3/16` is the third of sixteen.
 *
 * @throws {ArgumentError} if it is none
 */
export function parseShare(text: string): Shares {
  const [, part, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (part !== undefined && of !== undefined && part >= 1 && part <= of) return { of, own: [part - 1] };
  throw new ArgumentError(`share: expected a part such as 3/16, from 1/16 to 16/16, got '${text}'.`);
}

/** Whether an id belongs to one of the own shares. */
export function isOwn(id: string, { of, own }: Shares): boolean {
  return of === 1 || own.includes(shareOf(id, of));
}
