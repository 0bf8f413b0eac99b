import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { BlockLoss } from '#src/evaluate/linear/block-loss.js';
import type { LinearKind } from '#src/evaluate/linear/linear-loss.js';
import { type LinearClassifier, LinearTrainer } from '#src/evaluate/linear/linear-trainer.js';
import { type Backend, openBackend } from '#src/runtime/device.js';
import { TOLERANCES } from '../../tolerances.js';
import { clouds, descend, objective, type Problem } from './oracle.js';

const KINDS: readonly LinearKind[] = ['logistic', 'svm'];
const problem = clouds(20, 3, 4);
const trainers = {} as Record<LinearKind, LinearTrainer>;
let backend: Backend;

beforeAll(async () => {
  backend = await openBackend('cpu', 1);
  for (const kind of KINDS)
    trainers[kind] = await LinearTrainer.create({ kind, dim: 4, numClasses: 3, numRows: 60 }, backend);
});

afterAll(async () => {
  for (const kind of KINDS) await trainers[kind].release();
});

async function learn(
  kind: LinearKind,
  { features, labels }: Pick<Problem, 'features' | 'labels'>,
  c: number,
  options: { tolerance?: number; start?: LinearClassifier; signal?: AbortSignal } = {},
): Promise<LinearClassifier> {
  const set = await trainers[kind].trainingSet({ features, labels });
  return trainers[kind].train(set, { c, tolerance: 1e-6, ...options });
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, xi) => sum + xi * xi, 0));
const distance = (a: Float64Array, b: Float64Array): number => norm(a.map((ai, i) => ai - b[i]!)) / norm(b);

/** The problem several times over. */
function repeated(times: number): Pick<Problem, 'features' | 'labels'> {
  const { features, labels } = problem;
  return {
    features: Float32Array.from({ length: times * features.length }, (_, i) => features[i % features.length]!),
    labels: Int32Array.from({ length: times * labels.length }, (_, i) => labels[i % labels.length]!),
  };
}

describe.each(KINDS)('a linear classifier (%s)', (kind) => {
  it('has the loss and the gradient of its formula, over more than a block of rows', async () => {
    const many = clouds(1200, 3, 4, 2); // 3,600 rows: one full block, and a part of another.
    const random = new Random(3, 'sample');
    const parameters = Float64Array.from({ length: 15 }, () => random.normal());
    const gradient = new Float64Array(15);
    const loss = await BlockLoss.create({ kind, dim: 4, numClasses: 3, numRows: 3600 }, backend);
    const value = await loss.mean(many, parameters, gradient);
    await loss.release();
    // The formula's data term alone: C large, and divided by again.
    const c = 1e9;
    const expected = objective(kind, many, c, parameters);
    expect(value).toBeCloseTo(expected.value / c / 3600, 5);
    const mean = expected.gradient.map((g) => g / c / 3600);
    expect(distance(gradient, mean)).toBeLessThan(TOLERANCES.float32.network);
  });

  it('has an oracle whose gradient is the slope of its value', () => {
    const random = new Random(4, 'sample');
    const x = Float64Array.from({ length: 15 }, () => random.normal());
    const direction = Float64Array.from({ length: 15 }, () => random.normal());
    const at = (t: number): number =>
      objective(
        kind,
        problem,
        2,
        x.map((xi, i) => xi + t * direction[i]!),
      ).value;
    const slope = objective(kind, problem, 2, x).gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(slope, 4);
  });

  it.each([0.01, 1, 10])('is where plain gradient descent in float64 ends, C = %f', async (c) => {
    const { parameters, isConverged } = await learn(kind, problem, c);
    expect(isConverged).toBe(true);
    expect(distance(parameters, descend(kind, problem, c, 1500))).toBeLessThan(1e-3);
  });

  it('is the same from twice the pictures with half the C', async () => {
    const [once, twice] = [await learn(kind, problem, 1), await learn(kind, repeated(2), 0.5)];
    expect(distance(twice.parameters, once.parameters)).toBeLessThan(1e-4);
  });

  it('is the same wherever it starts, and at once if it starts there', async () => {
    const cold = await learn(kind, problem, 1);
    const warm = await learn(kind, problem, 1, { start: await learn(kind, problem, 10) });
    expect(distance(warm.parameters, cold.parameters)).toBeLessThan(1e-4);
    expect(await learn(kind, problem, 1, { start: cold })).toMatchObject({ iterations: 0, isConverged: true });
  });

  it('takes few steps, whatever the C', async () => {
    for (const c of [0.01, 1, 100, 10_000]) {
      expect((await learn(kind, problem, c, { tolerance: 1e-4 })).iterations).toBeLessThan(40);
    }
  });

  it('scores each row by weight and bias', async () => {
    const parameters = Float64Array.from({ length: 15 }, (_, i) => i);
    const classifier = { parameters, iterations: 0, isConverged: true };
    expect([...(await trainers[kind].scores(classifier, Float32Array.of(1, 0, 2, 0)))]).toEqual([8, 28, 48]);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(learn(kind, problem, 1, { signal })).rejects.toThrow('enough');
  });
});

describe('logistic regression', () => {
  it('has weights that add up to zero over the classes, as only differences of scores count', async () => {
    const { parameters } = await learn('logistic', problem, 1);
    for (let i = 0; i < 4; i++) {
      expect([0, 5, 10].reduce((sum, start) => sum + parameters[start + i]!, 0)).toBeCloseTo(0, 4);
    }
  });

  it('is the logarithm of the odds where features tell nothing', async () => {
    // 4 of class 0, 2 each of the others, all at the origin: the biases alone answer, with the frequencies.
    const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 2, 2);
    const { parameters } = await learn('logistic', { features: new Float32Array(32), labels }, 1);
    expect(parameters[4]! - parameters[9]!).toBeCloseTo(Math.log(2), 4);
    expect(parameters[9]! - parameters[14]!).toBeCloseTo(0, 4);
  });
});
