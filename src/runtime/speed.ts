/** @file How fast this machine multiplies matrices: the yardstick for everything else. */
import { matmul } from '../graph/ops/linear.js';
import { input } from '../graph/value.js';
import type { Backend } from './device.js';
import { Program } from './program.js';

/**
 * Floating-point operations per second of a square matrix product; the best of a few runs.
 *
 * @param side of the matrices; 2048 is large, 512 takes a few milliseconds
 */
export async function gemmRate(backend: Backend, side = 2048, runs = 5): Promise<number> {
  const shape = [side, side];
  const program = await Program.create({ y: matmul(input('a', shape), input('b', shape)) }, backend);
  const feeds = { a: new Float32Array(side * side).fill(0.5), b: new Float32Array(side * side).fill(0.25) };
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await program.run(feeds);
    if (run > 0) best = Math.min(best, performance.now() - start);
  }
  await program.release();
  return (2 * side ** 3) / (best / 1000);
}
