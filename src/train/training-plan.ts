/** @file What a training will take, told before it starts. */

import type { Sampler } from '../data/batches/sampler.js';
import type { PictureCache } from '../data/cache/cache.js';
import { multiplyAdds } from '../graph/cost.js';
import { lower } from '../graph/lower.js';
import { peakBytes } from '../graph/memory.js';
import { encodeGraph } from '../method/encode.js';
import type { Instances, Loss } from '../method/losses/loss.js';
import { cropSize } from '../method/schedule.js';
import { trainingStep } from '../method/step.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { Variables } from '../nn/variables.js';
import type { RunConfig } from '../run/config.js';
import type { Plan } from '../run/events.js';
import type { Backend } from '../runtime/device.js';
import { gemmRate } from '../runtime/speed.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

/** Forward, gradient of the input, gradient of the weight: each costs what the forward pass does. */
const PASSES = 3;
/** Part of a large matrix product's speed that a training step reaches; only for a first guess of the time. */
const EFFICIENCY = 0.5;
/** Memory of Node, the runtime and the loader threads. */
const BASE_BYTES = 250e6;

export interface TrainingPlanInput {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly cache: PictureCache;
  readonly encoder: Encoder;
  readonly loss: Loss;
  readonly instances: Instances;
  readonly backend: Backend;
  readonly sampler: Sampler;
  readonly firstStep: number;
}

export async function planTraining({
  run,
  config,
  cache,
  encoder,
  loss,
  instances,
  backend,
  sampler,
  firstStep,
}: TrainingPlanInput): Promise<Plan> {
  const { settings } = config;
  const { stepsPerEpoch } = sampler;
  const cropSizes = Array.from({ length: settings.epochs }, (_, epoch) => cropSize(settings, epoch));
  const largest = { ...settings, size: Math.max(...cropSizes) };
  const { graph, variables, head } = trainingStep(encoder, loss, largest, instances);
  const encoderCost = (size: number): number =>
    multiplyAdds(encodeGraph(encoder, { batch: 1, size }, new Variables('evaluation')));
  const rows = loss.numCompared(settings, instances);
  // Each row's product with a feature, and its part of the feature's gradient; a weight row has a gradient, too.
  const flopsOfRows = 2 * (head.numParameters > 0 ? PASSES : PASSES - 1) * rows * settings.dim;
  const costs = new Map(Array.from(new Set(cropSizes), (size) => [size, encoderCost(size)]));
  const flops = cropSizes.reduce((sum, size, epoch) => {
    const stepsLeft = Math.min(stepsPerEpoch, Math.max(0, (epoch + 1) * stepsPerEpoch - firstStep));
    const flopsPerPicture = loss.views * 2 * PASSES * costs.get(size)! + flopsOfRows;
    return sum + stepsLeft * settings.batch * flopsPerPicture;
  }, 0);
  const rate = EFFICIENCY * (await gemmRate(backend, 1024, 3));
  // Parameters, momentum and buffers are held twice; the bank is held once.
  const stateBytes = 4 * (4 * (variables.numParameters + head.numParameters) + cache.length * settings.dim);
  return {
    config,
    out: run.path,
    numPictures: cache.length,
    numClasses: instances.numClasses,
    numParameters: variables.numParameters,
    numHeadParameters: head.numParameters,
    multiplyAdds: encoderCost(settings.size),
    memoryBytes: BASE_BYTES + stateBytes + peakBytes(lower(graph, backend.target)),
    stepsPerEpoch,
    firstStep,
    estimatedSeconds: flops / rate,
  };
}
