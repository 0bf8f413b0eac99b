/** @file Which pictures to name first: typical ones from all over the map. */
import type { MapData } from '../../source/source.ts';

/** Named pictures of a cluster that suggestions keep away from; more would take long, and change little. */
const MAX_NAMED = 100;

type Spread = Pick<MapData, 'x' | 'y' | 'clusters' | 'density'>;

/**
 * Pictures that tell most when none is named yet: the clusters take turns, the largest first, and each gives the picture
 * that lies farthest from those it gave, among the denser half of its own, so that none is an odd one.
 *
 * @param named rows that have a name: they count as given, and are not suggested again
 */
export function suggestSpread(map: Spread, named: ReadonlySet<number>, count: number): number[] {
  const turns = rowsOfClusters(map)
    .map((rows) => farthestFirst(map, rows, named))
    .map((picks) => ({ picks, next: picks.next() }));
  const suggested: number[] = [];
  while (suggested.length < count) {
    let isOver = true;
    for (const turn of turns) {
      if (turn.next.done) continue;
      isOver = false;
      suggested.push(turn.next.value);
      if (suggested.length === count) break;
      turn.next = turn.picks.next();
    }
    if (isOver) break;
  }
  return suggested;
}

/** Rows of each cluster, the largest first, and in each the densest first. */
function rowsOfClusters({ clusters, density }: Spread): number[][] {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < clusters.length; row++) {
    const own = rows.get(clusters[row]!);
    if (own) own.push(row);
    else rows.set(clusters[row]!, [row]);
  }
  const sorted = [...rows.values()].sort((a, b) => b.length - a.length);
  for (const own of sorted) own.sort((a, b) => density[b]! - density[a]!);
  return sorted;
}

/** The densest of a cluster, and then always the one farthest from all before it and from the named ones. */
function* farthestFirst(
  { x, y }: Spread,
  byDensity: number[],
  named: ReadonlySet<number>,
): Generator<number, undefined> {
  const candidates = byDensity.slice(0, Math.ceil(byDensity.length / 2)).filter((row) => !named.has(row));
  const distances = new Float64Array(candidates.length).fill(Infinity);
  const moveAwayFrom = (other: number): void => {
    for (const [i, row] of candidates.entries()) {
      distances[i] = Math.min(distances[i]!, Math.hypot(x[row]! - x[other]!, y[row]! - y[other]!));
    }
  };
  for (const row of byDensity.filter((row) => named.has(row)).slice(0, MAX_NAMED)) moveAwayFrom(row);
  for (let given = 0; given < candidates.length; given++) {
    const best = distances.indexOf(distances.reduce((a, b) => Math.max(a, b)));
    const row = candidates[best]!;
    yield row;
    moveAwayFrom(row);
    distances[best] = -1;
  }
}
