/** @file Bursts: pictures that are alike and were taken within seconds of one another, by their EXIF data, as stacks. */
import type { DuplicatePairs } from './duplicates.js';
import type { KnownFiles } from './known-files.js';

/** Pictures of a burst move, and are less alike than copies: their similarity may be so much below the threshold. */
export const BURST_LEEWAY = 0.1;

/** Pictures of one burst. */
export interface BurstStack {
  /** At least two, in the order in which they were taken. */
  readonly rows: readonly number[];
  /** When the first and the last were taken, by the clock of the camera. */
  readonly from: string;
  readonly to: string;
  /** Of the least similar of the pairs that hold it together. */
  readonly similarity: number;
}

export interface BurstOptions {
  /** Between a picture and another of its burst, at most. */
  readonly seconds: number;
  /** The similarity of two at least. */
  readonly threshold: number;
  readonly signal?: AbortSignal;
}

/**
 * The bursts among pictures that say when they were taken. Each picture of one is alike and near in time to another of it;
 * a long burst may last longer than `seconds`.
 *
 * @param pairs with a floor of `threshold` at most
 * @param files of the collection
 * @returns the longest first
 * @throws the signal's reason
 */
export async function burstStacks(
  pairs: DuplicatePairs,
  files: KnownFiles,
  { seconds, threshold, signal }: BurstOptions,
): Promise<readonly BurstStack[]> {
  const near = Array.from(pairs.first.keys()).filter((pair) => pairs.similarity[pair]! >= Math.fround(threshold));
  await files.look(
    near.flatMap((pair) => [pairs.first[pair]!, pairs.second[pair]!]),
    signal,
  );
  const timeOf = (row: number): number => Date.parse(`${files.get(row).facts?.taken}Z`);
  const stackOf = new Map<number, { readonly rows: Set<number>; similarity: number }>();
  for (const pair of near) {
    const [row, other] = [pairs.first[pair]!, pairs.second[pair]!];
    // Not a number where one of them does not say it, which is no less than anything.
    if (!(Math.abs(timeOf(row) - timeOf(other)) <= 1000 * seconds)) continue;
    const [a, b] = [row, other].map((one) => stackOf.get(one) ?? { rows: new Set([one]), similarity: 1 });
    if (a === b) continue;
    for (const one of b!.rows) a!.rows.add(one);
    a!.similarity = Math.min(a!.similarity, b!.similarity, pairs.similarity[pair]!);
    for (const one of a!.rows) stackOf.set(one, a!);
  }
  const stacks = Array.from(new Set(stackOf.values()), ({ rows: unordered, similarity }): BurstStack => {
    const rows = [...unordered].sort((a, b) => timeOf(a) - timeOf(b) || a - b);
    const [from, to] = [rows[0]!, rows.at(-1)!].map((row) => files.get(row).facts!.taken!) as [string, string];
    return { rows, from, to, similarity };
  });
  return stacks.sort((a, b) => b.rows.length - a.rows.length || (a.from < b.from ? -1 : 1));
}
