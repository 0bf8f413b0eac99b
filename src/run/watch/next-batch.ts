/** @file Which of the changes are taken next: those that are over, so many that what is new soon has rows. */
import { GONE, type KnownVersions } from './file-changes.js';

/** An update writes anew all that there is, so more are taken at once where there is more: an eighth of it. */
const LEAST = 256;
const PART = 1 / 8;

export interface BatchInput {
  readonly known: KnownVersions;
  /** Versions by path; `GONE` for what is there no longer. */
  readonly changes: ReadonlyMap<string, string>;
  readonly isSettled: (path: string) => boolean;
}

/**
 * The paths whose changes are taken next; empty if there are none.
 *
 * Files that are renamed are taken with the names they had, however many: only together they keep their rows. What else is
 * gone is taken when nothing new is waited for, since a file that is moved to another disk may be gone for a while.
 */
export function nextBatch({ known, changes, isSettled }: BatchInput): ReadonlySet<string> {
  const [come, gone] = [[...changes], [...changes]].map((all, i) =>
    all.filter(([, version]) => (version === GONE) === (i === 1)),
  ) as [[string, string][], [string, string][]];
  /** Versions that are there no longer, and whether that has settled. */
  const were = new Map<string, boolean>();
  for (const [path] of gone) {
    const version = known.get(path)!;
    were.set(version, isSettled(path) && were.get(version) !== false);
  }
  const limit = Math.max(LEAST, Math.floor(PART * known.size));
  const taken = new Map<string, string>();
  let numNew = 0;
  for (const [path, version] of come) {
    const isRenamed = were.has(version);
    if (!isSettled(path) || (isRenamed ? !were.get(version) : numNew === limit)) continue;
    taken.set(path, version);
    if (!isRenamed) numNew++;
  }
  const isWaiting = taken.size < come.length;
  const renamed = new Set(taken.values());
  const leaving = gone.filter(([path]) => isSettled(path) && (!isWaiting || renamed.has(known.get(path)!)));
  return new Set([...taken.keys(), ...leaving.map(([path]) => path)]);
}
