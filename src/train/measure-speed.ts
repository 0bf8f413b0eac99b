/** @file How fast this machine trains and encodes with some settings, tried on a few of the pictures. */
import { cachedEvalBatches } from '../data/batches/eval-batches.js';
import { openCache } from '../data/cache/cache.js';
import { multiplyAdds } from '../graph/cost.js';
import type { Outputs } from '../graph/value.js';
import { describeGraph, encodeGraph } from '../method/encode.js';
import type { Settings } from '../method/settings.js';
import { Variables } from '../nn/variables.js';
import { ENCODE_BATCH } from '../run/embed.js';
import type { EncoderForm } from '../run/encoder-form.js';
import { transformOf } from '../run/transform.js';
import { Program } from '../runtime/program.js';
import type { TrainingSpeed } from './budget.js';
import { startTrial, type TrialOptions } from './trial.js';

/** A training builds its step and the encoder that is measured, and once more the encoder that answers at its end. */
const GRAPHS = 3;

/** @param numRows of the bank @param workers loader threads */
export async function measureSpeed(
  options: TrialOptions,
  form: EncoderForm,
  numRows: number,
  workers: number,
): Promise<TrainingSpeed> {
  const { settings, architecture } = form;
  const crops = cropSides(settings);
  const largest = Math.max(...crops);
  const batch = Math.min(settings.batch, options.numCached);
  const trial = await startTrial(
    options,
    { settings: { ...settings, size: largest, batch }, architecture },
    numRows,
    workers,
  );
  try {
    const atLargest = await trial.time();
    return {
      train: (atLargest * trainingCost(form)) / encoderCost(form, largest),
      encode: await timeEncoding(options, form, trial.weights),
      start: GRAPHS * trial.startSeconds,
    };
  } finally {
    await trial.close();
  }
}

/** The same for other settings, if time goes with multiplications. */
export function scaledSpeed({ train, encode, start }: TrainingSpeed, of: EncoderForm, to: EncoderForm): TrainingSpeed {
  return {
    train: (train * trainingCost(to)) / trainingCost(of),
    encode: (encode * encodingCost(to)) / encodingCost(of),
    start,
  };
}

/** Seconds a picture that is encoded as it is. @param weights of the encoder, by name */
export async function timeEncoding(
  { cacheDir, backend }: TrialOptions,
  form: EncoderForm,
  weights: ReadonlyMap<string, Float32Array>,
): Promise<number> {
  const { settings } = form;
  const cache = openCache(cacheDir);
  const batch = Math.min(ENCODE_BATCH, cache.length);
  const program = await Program.create(encodingGraph(form, batch), backend);
  try {
    const parameters = Object.fromEntries(weights);
    const transform = transformOf(settings, isReadOut(settings) ? { settings } : undefined);
    const pass = async (): Promise<number> => {
      const startedAt = performance.now();
      for await (const { images } of cachedEvalBatches(cache, { ...transform, batch })) {
        await program.run({ ...parameters, images });
      }
      return (performance.now() - startedAt) / 1000 / cache.length;
    };
    // The runtime's first run prepares the others.
    await pass();
    return await pass();
  } finally {
    await program.release();
    cache.close();
  }
}

function cropSides({ progression, size }: Settings): number[] {
  return progression.map((part) => Math.round(part * size));
}

/** Multiply-adds of the encoder for a crop, on average over the training. */
function trainingCost(form: EncoderForm): number {
  const costs = cropSides(form.settings).map((side) => encoderCost(form, side));
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
}

function encoderCost({ architecture }: EncoderForm, size: number): number {
  return multiplyAdds(encodeGraph(architecture, { batch: 1, size }, new Variables('evaluation')));
}

function isReadOut({ readout }: Settings): boolean {
  return readout === 'stages';
}

/** What pictures are encoded by at the end, but for what is learnt then. */
function encodingGraph({ settings, architecture }: EncoderForm, batch: number): Outputs {
  const { size } = settings;
  const variables = new Variables('evaluation');
  if (!isReadOut(settings)) return encodeGraph(architecture, { batch, size }, variables);
  return describeGraph(architecture, { batch, size }, variables, settings);
}

function encodingCost(form: EncoderForm): number {
  return multiplyAdds(encodingGraph(form, 1));
}
