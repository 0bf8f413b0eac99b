/** @file Parts of a labelled set that hold every class in the same proportion. */
import { Random } from '../../core/random.js';

export interface HeldOut {
  /** int32, places in the set, ascending. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Classes with one picture only, which is learnt from: their accuracy is not validated. */
  readonly numUnvalidated: number;
}

/**
 * Puts a share of each class aside, at least one of two pictures; a single picture of its class stays to learn from.
 *
 * @param labels int32[n], each in [0, numClasses)
 * @param share in (0, 1)
 * @param seed the same seed makes the same split
 */
export function stratifiedSplit(labels: Int32Array, numClasses: number, share: number, seed: number): HeldOut {
  const isAside = new Uint8Array(labels.length);
  const members = Array.from({ length: numClasses }, (): number[] => []);
  labels.forEach((label, i) => {
    members[label]!.push(i);
  });
  let numUnvalidated = 0;
  members.forEach((own, label) => {
    if (own.length === 1) numUnvalidated++;
    if (own.length < 2) return;
    const count = Math.max(1, Math.round(share * own.length));
    const order = new Random(seed, 'sample', label).permutation(own.length);
    for (const place of order.subarray(0, Math.min(count, own.length - 1))) isAside[own[place]!] = 1;
  });
  const places = Int32Array.from(labels.keys());
  return {
    train: places.filter((i) => isAside[i] === 0),
    validation: places.filter((i) => isAside[i] === 1),
    numUnvalidated,
  };
}
