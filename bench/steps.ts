/** @file The training steps that are measured, ready to run. */
import { Random } from '#src/core/random.js';
import { multiplyAdds } from '#src/graph/cost.js';
import { randomUnitRows } from '#src/method/bank.js';
import { encodeGraph } from '#src/method/encode.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { cropSize } from '#src/method/schedule.js';
import type { Settings } from '#src/method/settings.js';
import { smallerCrops, type TrainingStep, trainingStep } from '#src/method/step.js';
import { Variables } from '#src/nn/variables.js';
import { NAMED } from '#src/run/architectures.js';
import { resolveSettings } from '#src/run/config.js';
import type { Backend } from '#src/runtime/device.js';
import { Step } from '#src/runtime/stateful-step.js';

const NUM_IMAGES = 50_000;
const INSTANCES = { numImages: NUM_IMAGES, numClasses: 0 };

export const STEPS: Readonly<Record<string, Settings>> = {
  w64: resolveSettings('cifar10', {}),
  w16: resolveSettings('cifar10', { width: 16 }),
  resnet50: resolveSettings('imagenet', { encoder: 'resnet50', loss: 'softmax', batch: 32 }),
  nce: resolveSettings('cifar10', { width: 16, loss: 'nce', negatives: 4096 }),
  'nce-image': resolveSettings('cifar10', { width: 16, loss: 'nce', negatives: 4096, noise: 'image' }),
  default: ofCrops(resolveSettings('folder', { width: 16 })),
  'default-w32': ofCrops(resolveSettings('folder', {})),
};

/** With the side that its crops have in the first epoch. */
function ofCrops(settings: Settings): Settings {
  return { ...settings, size: cropSize(settings, 0) };
}

export function trainingStepOf(settings: Settings): TrainingStep {
  return trainingStep(NAMED.build(settings), lossNamed(settings.loss), settings, INSTANCES);
}

export async function createStep(settings: Settings, backend: Backend, profilePrefix?: string): Promise<Step> {
  const { graph, variables } = trainingStepOf(settings);
  const step = await Step.create(graph, backend, {}, profilePrefix);
  fill(step, variables, settings);
  return step;
}

/**
 * Floating-point operations of a step: three times the encoder's forward pass of each crop, for the gradients of input and weight
 * cost as much each, and twice the product with the bank, which has no weight gradient. All else counts as nothing.
 */
export function operations(settings: Settings): number {
  const encoder = NAMED.build(settings);
  const forward = (size: number): number =>
    multiplyAdds(encodeGraph(encoder, { batch: 1, size }, new Variables('evaluation')));
  const loss = lossNamed(settings.loss);
  const product = 2 * loss.numCompared(settings, INSTANCES) * settings.dim;
  const smaller = smallerCrops(loss, settings);
  const ofSmaller = smaller ? smaller.count * (3 * forward(smaller.size) + product) : 0;
  return 2 * settings.batch * (loss.views * (3 * forward(settings.size) + product) + ofSmaller);
}

/** Random pictures and rows: zeros would be computed as fast, but denormals and NaN would not. */
function fill(step: Step, variables: Variables, { dim }: Settings): void {
  const { inputs } = step;
  const random = new Random(0, 'sample');
  step.load(variables.initialValues(0));
  for (const name of ['images', 'local']) {
    const images = inputs[name] as Float32Array | undefined;
    images?.forEach((_, i) => {
      images[i] = random.normal();
    });
  }
  (inputs['indices'] as BigInt64Array).forEach((_, i, indices) => {
    indices[i] = BigInt(i);
  });
  randomUnitRows(inputs['bank'] as Float32Array, dim, new Random(0, 'bank'));
  (inputs['lr'] as Float32Array)[0] = 0.01;
  const negatives = inputs['negatives'] as BigInt64Array | undefined;
  negatives?.forEach((_, i) => {
    negatives[i] = BigInt(random.integer(NUM_IMAGES));
  });
}
