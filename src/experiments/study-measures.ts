/** @file What several experiments measure of a run. */
import { Random } from '../core/random.js';
import { normalizeRows } from '../core/vector.js';
import { linearAccuracy } from '../evaluate/linear/linear-accuracy.js';
import type { LinearKind } from '../evaluate/linear/linear-loss.js';
import type { MeasuredRun } from '../evaluate/measured-run.js';
import type { Backend } from '../runtime/device.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import type { Measured, RunSpec } from './experiment.js';

/** Neighbours that vote, in the paper. */
export const K = 200;

/** Part of the test pictures whose class the vote of their nearest labelled pictures tells, as a row of its own. */
export async function knnRow(measured: MeasuredRun, { label }: RunSpec): Promise<Measured> {
  return { rows: [{ label, values: { knn: await knnShare(measured) } }] };
}

export async function knnShare(measured: MeasuredRun): Promise<number> {
  const { knn } = await measured.votes({ ks: [K] });
  return knn[0]!.top1;
}

/** Pictures of the trial. */
const TRIAL_ROWS = 1000;

/** Seconds that fitting a linear classifier takes for each labelled picture, by a trial. @param dim of the features */
export async function timeLinear(kind: LinearKind, dim: number, backend: Backend): Promise<number> {
  const trial = tenDirections(TRIAL_ROWS, dim);
  const startedAt = performance.now();
  await linearAccuracy(trial, trial, { kind, backend });
  return (performance.now() - startedAt) / 1000 / TRIAL_ROWS;
}

/** Unit vectors of ten classes, scattered so widely that they overlap. */
function tenDirections(numRows: number, dim: number): Embeddings {
  const random = new Random(0, 'sample');
  const features = Float32Array.from({ length: numRows * dim }, () => random.normal());
  const labels = Array.from({ length: numRows }, (_, row) => String(row % 10));
  for (let row = 0; row < numRows; row++) features[row * dim + (row % 10)]! += 4;
  normalizeRows(features, dim);
  return { ids: labels.map((label, row) => `${label}/${row}`), labels, features, dim };
}
