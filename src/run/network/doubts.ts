/** @file Signs that a network is not shown what it was trained on, or gives no features. */
import { percent } from '../../core/format.js';
import { dot } from '../../core/vector.js';

/** Pictures that are looked at. */
const MOST_ROWS = 64;
/** Mean cosine from which on pictures are taken to look all the same to a network; of CLIP's it is some 0.8. */
const ALIKE = 0.98;
/** Part of the numbers that may be the same for all pictures. */
const DEAD = 0.5;

/**
 * @param rows float32[n, dim], unit rows of pictures that are not all the same
 * @returns a sentence for each sign; none of fewer than two pictures
 */
export function doubtsOf(rows: Float32Array, dim: number): string[] {
  const count = Math.min(MOST_ROWS, rows.length / dim);
  if (count < 2) return [];
  const doubts: string[] = [];
  const cosines: number[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) cosines.push(dot(rows, a * dim, rows, b * dim, dim));
  }
  const similarity = cosines.reduce((sum, x) => sum + x, 0) / cosines.length;
  if (similarity > ALIKE) {
    doubts.push(
      `Pictures look all the same to this network: features of ${count} of them have a mean cosine of ${similarity.toFixed(4)}. Perhaps it wants other numbers (--mean, --std, --scale, --colour), or its feature is elsewhere (--cut).`,
    );
  }
  const numDead = Array.from({ length: dim }, (_, i) => i).filter((i) => {
    for (let row = 1; row < count; row++) if (rows[row * dim + i] !== rows[i]) return false;
    return true;
  }).length;
  if (numDead > DEAD * dim) {
    doubts.push(
      `${percent(numDead / dim, 0)} of the ${dim} numbers of a feature are the same for all of ${count} pictures. Perhaps this is not where the network's feature is: give another --cut.`,
    );
  }
  return doubts;
}
