/** @file Exact neighbours of many queries, beside a large matrix product. */

import { NeighbourFinder } from '#src/collection/neighbour-finder.js';
import { Random } from '#src/core/random.js';
import { randomUnitRows } from '#src/method/bank.js';
import { openBackend } from '#src/runtime/device.js';
import { gemmRate } from '#src/runtime/speed.js';
import { type Options, type ReportRow, row } from './report.js';
import { inTurn, median, medianSeconds } from './timing.js';

const NUM_QUERIES = 10_000;
const NUM_ROWS = 50_000;
const DIM = 128;
const K = 200;

export async function benchKnn({ rounds, threads }: Options): Promise<ReportRow[]> {
  const backend = await openBackend('cpu', threads);
  const finder = new NeighbourFinder(DIM, backend);
  const queries = unitRows(NUM_QUERIES, 0);
  const rows = unitRows(NUM_ROWS, 1);
  const [ceiling, seconds] = (await inTurn(
    [() => gemmRate(backend), () => medianSeconds(() => finder.find({ queries, rows, k: K }), 1)],
    rounds,
  )) as [number[], number[]];
  await finder.release();
  return [
    row({
      work: `${NUM_QUERIES} × ${NUM_ROWS} × ${DIM}, k ${K}`,
      figures: seconds,
      unit: 's',
      reached: (2 * NUM_QUERIES * NUM_ROWS * DIM) / median(seconds) / 1e9,
      ceiling: median(ceiling) / 1e9,
      ceilingUnit: 'GFLOP/s',
    }),
  ];
}

function unitRows(count: number, stream: number): Float32Array {
  const rows = new Float32Array(count * DIM);
  randomUnitRows(rows, DIM, new Random(0, 'bank', stream));
  return rows;
}
