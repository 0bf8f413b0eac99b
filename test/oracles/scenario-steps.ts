/** @file The training step of a scenario with all its numbers, in our graph and in the oracle. */
import { Random } from '#src/core/random.js';
import { randomUnitRows } from '#src/method/bank.js';
import type { Instances } from '#src/method/losses/loss.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { noiseDensity } from '#src/method/losses/noise.js';
import { RECIPES } from '#src/method/recipes.js';
import type { Settings } from '#src/method/settings.js';
import { type TrainingStep, trainingStep } from '#src/method/step.js';
import { NAMED } from '#src/run/architectures.js';
import type { Backend } from '#src/runtime/device.js';
import { Step } from '#src/runtime/stateful-step.js';
import { type Architecture, type Pass, resnet } from './resnet.js';
import type { Scenario } from './scenarios.js';
import { ALEXNET, sequence, VGG16 } from './sequence.js';
import { type StepResult, trainStep } from './step.js';
import { type Tensor, tensorOf } from './tensor.js';

const DIM = 8;
const NUM_IMAGES = 20;
const TAU = 0.1;
const BANK_MOMENTUM = 0.5;
const LR = 0.03;
const WEIGHT_DECAY = 5e-4;
const NUM_CLASSES = 3;
const RESNETS = {
  resnet18: { kind: 'basic', blocks: [2, 2, 2, 2] },
  resnet10: { kind: 'basic', blocks: [1, 1, 1, 1] },
  resnet34: { kind: 'basic', blocks: [3, 4, 6, 3] },
  resnet50: { kind: 'bottleneck', blocks: [3, 4, 6, 3] },
} as const satisfies Record<string, Partial<Architecture>>;
/** In proportion to the noise, where it is given. */
const NOISE_WEIGHTS = Array.from({ length: NUM_IMAGES }, (_, i) => 1 + (i % 4));

/** The encoder by the oracle. */
function encode(
  { encoder, stem, featureNorm = false }: Scenario,
  state: ReadonlyMap<string, Tensor>,
  images: Tensor,
): Pass {
  if (encoder === 'alexnet') return sequence(ALEXNET[stem], state, images);
  if (encoder === 'vgg16') return sequence(VGG16, state, images);
  return resnet({ stem, featureNorm, ...RESNETS[encoder] }, state, images);
}

export interface Numbers {
  readonly state: ReadonlyMap<string, Float32Array>;
  readonly images: Float32Array;
  readonly indices: readonly number[];
  readonly bank: Float32Array;
  /** int64[m] or int64[batch, m], flat; empty where none are drawn. */
  readonly negatives: readonly number[];
  /** int64[batch], for the supervised loss. */
  readonly classes: readonly number[];
}

function settingsOf({ set, loss, encoder, stem, width, batch, size, featureNorm = false }: Scenario): Settings {
  return {
    ...RECIPES.cifar10,
    ...{ loss, encoder, stem, width, batch, size, featureNorm, dim: DIM },
    ...{ tau: TAU, bankMomentum: BANK_MOMENTUM, momentum: 0.9, weightDecay: WEIGHT_DECAY },
    ...set,
  };
}

export function buildScenario(scenario: Scenario): TrainingStep {
  const settings = settingsOf(scenario);
  const instances: Instances = {
    numImages: NUM_IMAGES,
    numClasses: NUM_CLASSES,
    ...(scenario.isNoiseGiven && { noiseWeights: Float64Array.from(NOISE_WEIGHTS) }),
  };
  return trainingStep(NAMED.build(settings), lossNamed(settings.loss), settings, instances);
}

/** Batch normalisation starts away from scale 1 and shift 0, so that no gradient is right by chance. */
export function drawNumbers(scenario: Scenario, step: TrainingStep, seed: number): Numbers {
  const { batch, size, loss, set = {} } = scenario;
  const random = new Random(seed, 'sample');
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const state = new Map([...step.variables.initialValues(seed), ...step.head.initialValues(seed, 1000)]);
  for (const [name, { value }] of step.variables.parameters) {
    if (value.shape.length > 1 || /^(fc|classifier)/.test(name)) continue;
    const values = state.get(name)!;
    for (let i = 0; i < values.length; i++) values[i]! += 0.2 * random.normal();
  }
  const bank = new Float32Array(NUM_IMAGES * DIM);
  randomUnitRows(bank, DIM, new Random(seed, 'bank'));
  const count = (set.negatives ?? 0) * (set.noise === 'image' ? batch : 1);
  return {
    state,
    images: normals(lossNamed(loss).views * batch * 3 * size * size),
    indices: Array.from(random.permutation(NUM_IMAGES).subarray(0, batch)),
    bank,
    negatives: Array.from({ length: count }, () => random.integer(NUM_IMAGES)),
    classes: Array.from({ length: batch }, (_, i) => i % NUM_CLASSES),
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
  (running.inputs['classes'] as BigInt64Array | undefined)?.set(numbers.classes.map(BigInt));
  (running.inputs['noise'] as Float32Array | undefined)?.set(noiseDensity(Float64Array.from(NOISE_WEIGHTS)));
  return running;
}

/** The same step by the oracle. */
export function oracleStep(scenario: Scenario, step: TrainingStep, numbers: Numbers): StepResult {
  const { batch, size, loss, set = {}, isNoiseGiven } = scenario;
  const variables = new Map([...step.variables.parameters, ...step.variables.buffers, ...step.head.parameters]);
  const state = new Map(
    Array.from(numbers.state, ([name, data]) => [name, tensorOf(data, ...variables.get(name)!.value.shape)]),
  );
  const m = set.negatives ?? 0;
  const perImage = set.noise === 'image';
  const total = NOISE_WEIGHTS.reduce((a, b) => a + b, 0);
  const negatives = numbers.indices.map((_, i) =>
    numbers.negatives.slice(perImage ? i * m : 0, perImage ? (i + 1) * m : m),
  );
  const settings = {
    encode: encode.bind(undefined, scenario),
    loss,
    negatives,
    noise: isNoiseGiven ? NOISE_WEIGHTS.map((weight) => weight / total) : undefined,
    proximal: set.proximal ?? 0,
    bankShare: set.bankShare ?? 0,
    classes: numbers.classes,
    tau: TAU,
    lr: LR,
    weightDecay: WEIGHT_DECAY,
    bankMomentum: BANK_MOMENTUM,
  };
  const bank = { rows: tensorOf(numbers.bank, NUM_IMAGES, DIM), indices: numbers.indices };
  return trainStep(settings, state, tensorOf(numbers.images, lossNamed(loss).views * batch, 3, size, size), bank);
}

/** Gradients of every parameter after the first step, from its momentum buffer: buffer = gradient + weightDecay · w. */
export function gradientsOf(running: Step, numbers: Numbers, step: TrainingStep): Map<string, Float64Array> {
  const { state } = running;
  return new Map(
    Array.from([...step.variables.parameters.keys(), ...step.head.parameters.keys()], (name) => {
      const buffer = state.get(`${name}.momentum_buffer`)!;
      return [name, Float64Array.from(buffer, (g, i) => g - WEIGHT_DECAY * numbers.state.get(name)![i]!)];
    }),
  );
}
