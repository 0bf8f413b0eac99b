/** @file Timing on a machine that others use too. */

/**
 * Median of the seconds that some runs of `work` take, after one that is not counted.
 *
 * @param runs ≥ 1
 */
export async function medianSeconds(work: () => unknown, runs: number): Promise<number> {
  await work();
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

/**
 * Measures several things in turn, `rounds` times, so that a slow minute of the machine falls on all of them.
 *
 * @param measures each gives one number
 * @returns of each measure what it gave in each round
 */
export async function inTurn(measures: readonly (() => Promise<number>)[], rounds: number): Promise<number[][]> {
  const found = measures.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, measure] of measures.entries()) found[i]!.push(await measure());
  }
  return found;
}

/** @param numbers at least one */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}
