/** @file The training steps that are measured, ready to run. */
import { Random } from '#src/core/random.js';
import { multiplyAdds } from '#src/graph/cost.js';
import { randomUnitRows } from '#src/method/bank.js';
import { encodeGraph } from '#src/method/encode.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { cropSize } from '#src/method/schedule.js';
import type { Settings } from '#src/method/settings.js';
import { smallerCrops, type TrainingStep, trainingStep } from '#src/method/step.js';
import type { Encoder } from '#src/nn/encoders/encoder.js';
import { Variables } from '#src/nn/variables.js';
import { type Architectures, NAMED } from '#src/run/architectures.js';
import { resolveSettings } from '#src/run/config.js';
import { openNetwork } from '#src/run/network/open-network.js';
import type { Backend } from '#src/runtime/device.js';
import { Step } from '#src/runtime/stateful-step.js';
import { NETWORKS } from './networks.js';
import { chosen, type Options } from './report.js';

const NUM_IMAGES = 50_000;
/** Of the bank that it has. */
export const INSTANCES = { numImages: NUM_IMAGES, numClasses: 0 };
/** Of networks that are trained further. */
const AS_TUNED = resolveSettings('imagenet', { loss: 'softmax', batch: 32 });

/** A training step: with these settings, of an encoder that they do not name if there is one here. */
export interface MeasuredStep {
  readonly settings: Settings;
  readonly encoder: Encoder;
}

export const STEPS: Readonly<Record<string, MeasuredStep>> = {
  w64: named(resolveSettings('cifar10', {})),
  w16: named(resolveSettings('cifar10', { width: 16 })),
  resnet50: named(resolveSettings('imagenet', { encoder: 'resnet50', loss: 'softmax', batch: 32 })),
  nce: named(resolveSettings('cifar10', { width: 16, loss: 'nce', negatives: 4096 })),
  'nce-image': named(resolveSettings('cifar10', { width: 16, loss: 'nce', negatives: 4096, noise: 'image' })),
  default: named(ofCrops(resolveSettings('folder', { width: 16 }))),
  'default-w32': named(ofCrops(resolveSettings('folder', {}))),
  ...Object.fromEntries(Object.entries(NETWORKS).map(([name, encoder]) => [name, { settings: AS_TUNED, encoder }])),
};

function named(settings: Settings): MeasuredStep {
  return { settings, encoder: NAMED.build(settings) };
}

/** The steps of `--only`: by their names, or of networks by the paths of their ONNX files. */
export async function chosenSteps(options: Options): Promise<[string, MeasuredStep][]> {
  const files = (options.only ?? []).filter((name) => name.endsWith('.onnx'));
  const read = await Promise.all(files.map(async (path) => [path, await stepOf(path)] as const));
  return chosen({ ...STEPS, ...Object.fromEntries(read) }, options);
}

async function stepOf(network: string): Promise<MeasuredStep> {
  const opened = await openNetwork({ network });
  const settingsOf = (known: Architectures): Settings =>
    resolveSettings('imagenet', { loss: 'softmax', batch: AS_TUNED.batch, optimizer: 'sgd' }, known);
  const architectures = await opened.architectures('trained', settingsOf);
  const settings = settingsOf(architectures);
  return { settings, encoder: architectures.build(settings) };
}

/** With the side that its crops have in the first epoch. */
function ofCrops(settings: Settings): Settings {
  return { ...settings, size: cropSize(settings, 0) };
}

export function trainingStepOf({ settings, encoder }: MeasuredStep): TrainingStep {
  return trainingStep(encoder, lossNamed(settings.loss), settings, INSTANCES);
}

export async function createStep(measured: MeasuredStep, backend: Backend, profilePrefix?: string): Promise<Step> {
  const { graph, variables } = trainingStepOf(measured);
  const step = await Step.create(graph, backend, {}, profilePrefix);
  fill(step, variables, measured.settings);
  return step;
}

/**
 * Floating-point operations of a step: three times the encoder's forward pass of each crop, for the gradients of input and weight
 * cost as much each, and twice the product with the bank, which has no weight gradient. All else counts as nothing.
 */
export function operations({ settings, encoder }: MeasuredStep): number {
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
