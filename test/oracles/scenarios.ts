/** @file Small training steps, the same for every backend, with all their numbers. */
import { Random } from '#src/core/random.js';
import { randomUnitRows } from '#src/method/bank.js';
import { type LossOptions, type StepOptions, type TrainingStep, trainingStep, viewsOf } from '#src/method/step.js';
import { type ResNetName, resnet, type Stem } from '#src/nn/encoders/resnet.js';
import type { Backend } from '#src/runtime/device.js';
import { Step } from '#src/runtime/step.js';
import { type StepResult, trainStep } from './step.js';
import { tensorOf } from './tensor.js';

export interface Scenario {
  readonly name: string;
  readonly encoder: ResNetName;
  readonly stem: Stem;
  readonly width: number;
  readonly batch: number;
  readonly size: number;
  readonly loss: LossOptions;
  /** Whether the features are batch-normalised; default false. */
  readonly featureNorm?: boolean;
}

const SOFTMAX: LossOptions = { kind: 'softmax' };

export const SCENARIOS = {
  cifar: {
    name: 'resnet18, cifar stem, softmax',
    encoder: 'resnet18',
    stem: 'cifar',
    width: 16,
    batch: 8,
    size: 12,
    loss: SOFTMAX,
  },
  imagenet: {
    name: 'resnet18, imagenet stem, softmax',
    encoder: 'resnet18',
    stem: 'imagenet',
    width: 16,
    batch: 5,
    size: 40,
    loss: SOFTMAX,
  },
  bottleneck: {
    name: 'resnet50, cifar stem, softmax',
    encoder: 'resnet50',
    stem: 'cifar',
    width: 8,
    batch: 6,
    size: 12,
    loss: SOFTMAX,
  },
  batch: {
    name: 'resnet18, cifar stem, softmax within the batch, normalised features',
    encoder: 'resnet18',
    stem: 'cifar',
    width: 8,
    batch: 4,
    size: 9,
    loss: { kind: 'batch' },
    featureNorm: true,
  },
  nce: {
    name: 'resnet18, cifar stem, NCE with shared negatives',
    encoder: 'resnet18',
    stem: 'cifar',
    width: 6,
    batch: 5,
    size: 9,
    loss: { kind: 'nce', negatives: 7, perImage: false },
  },
  ncePerImage: {
    name: 'resnet18, cifar stem, NCE with negatives of each image',
    encoder: 'resnet18',
    stem: 'cifar',
    width: 8,
    batch: 5,
    size: 9,
    loss: { kind: 'nce', negatives: 4, perImage: true },
  },
} as const satisfies Record<string, Scenario>;

const DIM = 8;
const NUM_IMAGES = 20;
const TAU = 0.1;
const BANK_MOMENTUM = 0.5;
const LR = 0.03;
const OPTIMIZER = { momentum: 0.9, weightDecay: 5e-4 };
const ARCHITECTURES = {
  resnet18: { kind: 'basic', blocks: [2, 2, 2, 2] },
  resnet34: { kind: 'basic', blocks: [3, 4, 6, 3] },
  resnet50: { kind: 'bottleneck', blocks: [3, 4, 6, 3] },
} as const;

export interface Numbers {
  readonly state: ReadonlyMap<string, Float32Array>;
  readonly images: Float32Array;
  readonly indices: readonly number[];
  readonly bank: Float32Array;
  /** int64[m] or int64[batch, m], flat; empty without NCE. */
  readonly negatives: readonly number[];
}

export function buildScenario({
  encoder,
  stem,
  width,
  batch,
  size,
  loss,
  featureNorm = false,
}: Scenario): TrainingStep {
  const options: StepOptions = {
    batch,
    size,
    dim: DIM,
    numImages: NUM_IMAGES,
    tau: TAU,
    loss,
    bankMomentum: BANK_MOMENTUM,
    optimizer: OPTIMIZER,
  };
  return trainingStep(resnet(encoder, { stem, width, dim: DIM, featureNorm }), options);
}

/** Batch normalisation starts away from scale 1 and shift 0, so that no gradient is right by chance. */
export function drawNumbers({ batch, size, loss }: Scenario, step: TrainingStep, seed: number): Numbers {
  const random = new Random(seed, 'sample');
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const state = step.variables.initialValues((position) => new Random(seed, 'init', position));
  for (const [name, values] of state) {
    if (!/(bn\d|downsample\.1)\.(weight|bias)$/.test(name)) continue;
    for (let i = 0; i < values.length; i++) values[i]! += 0.2 * random.normal();
  }
  const bank = new Float32Array(NUM_IMAGES * DIM);
  randomUnitRows(bank, DIM, new Random(seed, 'bank'));
  const count = loss.kind === 'nce' ? loss.negatives * (loss.perImage ? batch : 1) : 0;
  return {
    state,
    images: normals(viewsOf(loss.kind) * batch * 3 * size * size),
    indices: Array.from(random.permutation(NUM_IMAGES).subarray(0, batch)),
    bank,
    negatives: Array.from({ length: count }, () => random.integer(NUM_IMAGES)),
  };
}

/** A step of the package, ready to run with these numbers. */
export async function openStep(step: TrainingStep, numbers: Numbers, backend: Backend, lr = LR): Promise<Step> {
  const running = await Step.create(step.graph, backend, { bank: numbers.bank });
  for (const [name, values] of numbers.state) running.state.get(name)!.set(values);
  (running.inputs['images'] as Float32Array).set(numbers.images);
  (running.inputs['indices'] as BigInt64Array).set(numbers.indices.map(BigInt));
  (running.inputs['lr'] as Float32Array).fill(lr);
  (running.inputs['negatives'] as BigInt64Array | undefined)?.set(numbers.negatives.map(BigInt));
  return running;
}

/** The same step by the oracle. */
export function oracleStep(
  { encoder, stem, batch, size, loss, featureNorm = false }: Scenario,
  step: TrainingStep,
  numbers: Numbers,
): StepResult {
  const variables = new Map([...step.variables.parameters, ...step.variables.buffers]);
  const state = new Map(
    Array.from(numbers.state, ([name, data]) => [name, tensorOf(data, ...variables.get(name)!.value.shape)]),
  );
  const m = loss.kind === 'nce' ? loss.negatives : 0;
  const perImage = loss.kind === 'nce' && loss.perImage;
  const negatives = numbers.indices.map((_, i) =>
    numbers.negatives.slice(perImage ? i * m : 0, perImage ? (i + 1) * m : m),
  );
  const settings = {
    architecture: { stem, featureNorm, ...ARCHITECTURES[encoder] },
    loss: loss.kind,
    negatives,
    tau: TAU,
    lr: LR,
    weightDecay: OPTIMIZER.weightDecay,
    bankMomentum: BANK_MOMENTUM,
  };
  const bank = { rows: tensorOf(numbers.bank, NUM_IMAGES, DIM), indices: numbers.indices };
  return trainStep(settings, state, tensorOf(numbers.images, viewsOf(loss.kind) * batch, 3, size, size), bank);
}

/** Gradients of every parameter after the first step, from its momentum buffer: buffer = gradient + weightDecay · w. */
export function gradientsOf(running: Step, numbers: Numbers, step: TrainingStep): Map<string, Float64Array> {
  const { state } = running;
  return new Map(
    Array.from(step.variables.parameters.keys(), (name) => {
      const buffer = state.get(`${name}.momentum_buffer`)!;
      return [name, Float64Array.from(buffer, (g, i) => g - OPTIMIZER.weightDecay * numbers.state.get(name)![i]!)];
    }),
  );
}
