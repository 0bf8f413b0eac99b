/** @file A map whose pictures keep the places of an earlier one; new pictures are placed by their neighbours. */
import { Random } from '../../core/random.js';
import type { Neighbours } from '../../search/neighbours.js';
import { outlierScores } from '../outliers.js';
import { densities } from './density.js';
import type { PictureMap } from './picture-map.js';

/** Fewer of the pictures than this part known, and a layout of its own tells more. */
const LEAST_KNOWN = 0.5;

/** Of pictures that were laid out before. */
export interface EarlierMap extends Pick<PictureMap, 'layout' | 'cluster'> {
  /** SHA-256 of each picture's bytes; empty where it is not known. */
  readonly hashes: readonly string[];
}

/**
 * @param hashes of the pictures as they are now
 * @param neighbours of every row, itself not among them
 * @returns undefined if too few of the pictures are in the earlier map
 */
export function placedMap(
  earlier: EarlierMap,
  hashes: readonly (string | undefined)[],
  neighbours: Neighbours,
  seed: number,
): PictureMap | undefined {
  const n = hashes.length;
  const layout = new Float32Array(2 * n);
  const cluster = new Int32Array(n).fill(-1);
  const waiting = new Set<number>();
  // Of copies, each has the place of one.
  const rowsOf = new Map<string, number[]>();
  for (const [row, hash] of earlier.hashes.entries()) rowsOf.set(hash, [...(rowsOf.get(hash) ?? []), row]);
  for (const [row, hash] of hashes.entries()) {
    const from = rowsOf.get(hash || '-')?.shift();
    if (from === undefined) waiting.add(row);
    else {
      layout.set(earlier.layout.subarray(2 * from, 2 * from + 2), 2 * row);
      cluster[row] = earlier.cluster[from]!;
    }
  }
  if (waiting.size > (1 - LEAST_KNOWN) * n) return undefined;
  while (waiting.size > 0) {
    // Those next to somebody who has a place, as of before this round; then those next to them.
    const placed = Array.from(waiting, (row) => ({
      row,
      at: placeBy(row, neighbours, layout, cluster, waiting),
    })).filter(({ at }) => at !== undefined);
    if (placed.length === 0) break;
    for (const { row, at } of placed) {
      layout.set([at!.x, at!.y], 2 * row);
      cluster[row] = at!.cluster;
      waiting.delete(row);
    }
  }
  // Nobody is next to these but one another.
  const random = new Random(seed, 'sample', 2);
  for (const row of waiting) layout.set([random.uniform(-1, 1), random.uniform(-1, 1)], 2 * row);
  const outlier = outlierScores(neighbours, n);
  return { method: 'umap', layout, cluster, density: densities(outlier), outlier };
}

/** The mean of the neighbours that have a place, each by its similarity, and the cluster that most of them are in. */
function placeBy(
  row: number,
  { indices, scores, k }: Neighbours,
  layout: Float32Array,
  cluster: Int32Array,
  waiting: ReadonlySet<number>,
): { readonly x: number; readonly y: number; readonly cluster: number } | undefined {
  let [x, y, sum] = [0, 0, 0];
  const votes = new Map<number, number>();
  for (let i = row * k; i < (row + 1) * k; i++) {
    const other = indices[i]!;
    const weight = Math.max(0, scores[i]!);
    if (other < 0 || weight === 0 || waiting.has(other)) continue;
    x += weight * layout[2 * other]!;
    y += weight * layout[2 * other + 1]!;
    sum += weight;
    votes.set(cluster[other]!, (votes.get(cluster[other]!) ?? 0) + weight);
  }
  if (sum === 0) return undefined;
  const [most] = Array.from(votes).reduce((best, each) => (each[1] > best[1] ? each : best));
  return { x: x / sum, y: y / sum, cluster: most };
}
