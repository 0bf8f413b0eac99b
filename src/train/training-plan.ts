/** @file What a training will take, told before it starts. */

import { ArgumentError, DeviceError } from '../core/errors.js';
import { formatBytes, formatCount } from '../core/format.js';
import type { Sampler } from '../data/batches/sampler.js';
import type { PictureCache } from '../data/cache/cache.js';
import { multiplyAdds } from '../graph/cost.js';
import { divide } from '../graph/divide.js';
import { lower } from '../graph/lower.js';
import { keptBytes, peakBytes } from '../graph/memory.js';
import type { Target } from '../graph/target.js';
import { encodeGraph } from '../method/encode.js';
import type { Instances, Loss } from '../method/losses/loss.js';
import { lossNamed } from '../method/losses/named-losses.js';
import { cropSizes, numSteps } from '../method/schedule.js';
import { smallerCrops, trainingStep } from '../method/step.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { Variables } from '../nn/variables.js';
import type { RunConfig } from '../run/config.js';
import type { Plan } from '../run/events.js';
import type { Backend } from '../runtime/device.js';
import { gemmRate } from '../runtime/speed.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { batchOfRank } from './share-of-batch.js';

/** Forward, gradient of the input, gradient of the weight: each costs what the forward pass does. */
const PASSES = 3;
/** Part of a large matrix product's speed that a training step reaches; only for a first guess of the time. */
const EFFICIENCY = 0.5;
/** Side of the matrices whose product is timed: small ones where more would take longer than the training. */
const timedSide = (flops: number): number => (flops < 1e12 ? 256 : 1024);
/** A training that needs so many times the machine's memory is refused; a little more may yet be swapped out. */
const FAR = 2;
/** Of a typed array. */
const MAX_NUMBERS = 2 ** 32 - 1;
const SMALLER = 'Take a smaller --size, --batch or --width.';
/** Memory of Node, the runtime and the loader threads. */
const BASE_BYTES = 250e6;

export interface TrainingPlanInput {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly cache: PictureCache;
  readonly encoder: Encoder;
  /** What of it is trained. */
  readonly part: Encoder;
  readonly loss: Loss;
  readonly instances: Instances;
  readonly backend: Backend;
  readonly sampler: Sampler;
  readonly firstStep: number;
  /** That all takes, if it was measured. */
  readonly expectedSeconds: number | undefined;
  /** That share the work. */
  readonly ranks: number;
}

export async function planTraining({
  run,
  config,
  cache,
  encoder,
  part,
  loss,
  instances,
  backend,
  sampler,
  firstStep,
  expectedSeconds,
  ranks,
}: TrainingPlanInput): Promise<Plan> {
  const { settings } = config;
  const { stepsPerEpoch } = sampler;
  const sizes = cropSizes(settings);
  const steps = numSteps(settings, stepsPerEpoch);
  const { variables, head, memoryBytes } = sizesOf(config, part, loss, instances, backend.target, ranks);
  const encoderCost = (size: number): number =>
    multiplyAdds(encodeGraph(encoder, { batch: 1, size }, new Variables('evaluation')));
  const isWhole = part === encoder;
  const rows = loss.numCompared(settings, instances);
  // Each row's product with a feature, and its part of the feature's gradient; a weight row has a gradient, too.
  const flopsOfRows = 2 * (head.numParameters > 0 ? PASSES : PASSES - 1) * rows * settings.dim;
  const costs = new Map(Array.from(new Set(sizes), (size) => [size, encoderCost(size)]));
  const flops = sizes.reduce((sum, size, epoch) => {
    const end = Math.min(steps, (epoch + 1) * stepsPerEpoch);
    const stepsLeft = Math.min(end - epoch * stepsPerEpoch, Math.max(0, end - firstStep));
    const local = smallerCrops(loss, { ...settings, size });
    const localShare = local === undefined ? 0 : local.count * (local.size / size) ** 2;
    const flopsPerPicture = (isWhole ? (loss.views + localShare) * 2 * PASSES * costs.get(size)! : 0) + flopsOfRows;
    return sum + stepsLeft * settings.batch * flopsPerPicture;
  }, 0);
  return {
    config,
    out: run.path,
    numPictures: cache.length,
    numClasses: instances.numClasses,
    numParameters: variables.numParameters,
    numHeadParameters: head.numParameters,
    multiplyAdds: encoderCost(settings.size),
    memoryBytes,
    stepsPerEpoch,
    firstStep,
    estimatedSeconds: expectedSeconds ?? flops / (ranks * EFFICIENCY * (await gemmRate(backend, timedSide(flops), 3))),
    isMeasured: expectedSeconds !== undefined,
    ...(ranks > 1 && { ranks }),
  };
}

/**
 * Refuses what cannot be trained here, before anything is decoded or written for it.
 *
 * @param machineBytes of memory, for a rank
 * @throws {ArgumentError} if a batch is more numbers than one array may have
 * @throws {DeviceError} if it needs far more memory than the machine has
 */
export function checkTrainable(
  config: RunConfig,
  encoder: Encoder,
  instances: Instances,
  machineBytes: number,
  ranks = 1,
): void {
  const { settings, device } = config;
  const loss = lossNamed(settings.loss);
  const size = Math.max(...cropSizes(settings));
  const local = smallerCrops(loss, { ...settings, size });
  const pixels = loss.views * size ** 2 + (local === undefined ? 0 : local.count * local.size ** 2);
  const numbers = batchOfRank(settings, ranks) * 3 * pixels;
  if (numbers > MAX_NUMBERS) {
    throw new ArgumentError(
      `size: expected batches of at most ${formatCount(MAX_NUMBERS)} numbers, got ${formatCount(numbers)}. ${SMALLER}`,
    );
  }
  const { memoryBytes } = sizesOf(config, encoder, loss, instances, { device }, ranks);
  if (memoryBytes > FAR * machineBytes) {
    throw new DeviceError(
      `memory: expected a training that fits into the ${formatBytes(machineBytes)} of this machine, got one that takes about ${formatBytes(memoryBytes)}. ${SMALLER}`,
    );
  }
}

/** The parameters, and the memory of a rank at the largest crops. */
function sizesOf(
  { settings }: RunConfig,
  encoder: Encoder,
  loss: Loss,
  instances: Instances,
  target: Target,
  ranks: number,
) {
  const batch = batchOfRank(settings, ranks);
  const largest = { ...settings, batch, size: Math.max(...cropSizes(settings)) };
  const { graph, variables, head, late } = trainingStep(encoder, loss, largest, instances, ranks);
  // Parameters, momentum and buffers are held twice; the bank is held once.
  const numbers = 4 * (variables.numParameters + head.numParameters) + instances.numImages * settings.dim;
  const parts = divide(lower(graph, target), late);
  // What a part keeps for a later one stays until the next step.
  const kept = parts.map((part) => keptBytes(part));
  const peaks = parts.map((part, i) => peakBytes(part) - kept[i]!);
  const ofStep = Math.max(...peaks) + kept.reduce((sum, bytes) => sum + bytes);
  return { variables, head, memoryBytes: BASE_BYTES + 4 * numbers + ofStep };
}
