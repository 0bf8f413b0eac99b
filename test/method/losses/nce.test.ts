import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { gather } from '#src/graph/ops/indexing.js';
import { floats, input, ints } from '#src/graph/value.js';
import { randomUnitRows } from '#src/method/bank.js';
import { nceLoss } from '#src/method/losses/nce.js';
import { noiseDensity, noiseDraw } from '#src/method/losses/noise.js';
import { closedFormZ } from '#src/method/losses/z.js';
import { rowDot } from '#src/nn/rows.js';
import { estimateZ, nceLoss as exactLoss } from '../../oracles/losses.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';
import { evaluate } from '../evaluate.js';

const SEED = 5;
const [BATCH, N, DIM] = [4, 25, 6];
const { loss: nats, operator } = TOLERANCES.float32;
const INDICES = [3, 24, 0, 7];
const SHARED = [1, 9, 9, 20, 24];
const PER_IMAGE = [
  [1, 2, 3],
  [9, 9, 0],
  [24, 8, 7],
  [6, 5, 7],
];

function unitRows(count: number, dim: number, stream: number): Float32Array {
  const rows = new Float32Array(count * dim);
  randomUnitRows(rows, dim, new Random(SEED, 'bank', stream));
  return rows;
}

const features = unitRows(BATCH, DIM, 0);
const bank = unitRows(N, DIM, 1);

interface Result {
  readonly loss: number;
  readonly estimate: number;
  readonly gradient: Float32Array;
}

async function run(
  negatives: readonly number[] | readonly (readonly number[])[],
  tau: number,
  z: number,
  weights?: Float64Array,
): Promise<Result> {
  const f = input('features', [BATCH, DIM]);
  const b = input('bank', [N, DIM]);
  const shape = Array.isArray(negatives[0]) ? [BATCH, negatives[0].length] : [negatives.length];
  const positives = rowDot(f, gather(b, ints(INDICES)));
  const drawn = ints((negatives as number[][]).flat(), shape);
  const noise = weights && floats(noiseDensity(weights));
  const { loss, estimate } = nceLoss(f, b, positives, drawn, input('z', []), {
    tau,
    ...(noise && { density: { positives: gather(noise, ints(INDICES)), negatives: gather(noise, drawn) } }),
  });
  const results = await evaluate(
    { loss, estimate, gradient: grad(loss, [f])[0]! },
    { features, bank, z: Float32Array.of(z) },
  );
  return { loss: results['loss']![0]!, estimate: results['estimate']![0]!, gradient: results['gradient']! };
}

describe('nceLoss', () => {
  const exactFeatures = tensorOf(features, BATCH, DIM);
  const rows = tensorOf(bank, N, DIM);
  const forms = [
    { name: 'shared negatives', given: SHARED, ofEach: INDICES.map(() => SHARED) },
    { name: 'negatives of each image', given: PER_IMAGE, ofEach: PER_IMAGE },
  ];
  for (const { name, given, ofEach } of forms) {
    it(`with ${name} equals equations 4 to 7 in float64, as does its gradient`, async () => {
      const { loss, gradient } = await run(given, 0.1, 1.5);
      const exact = exactLoss(exactFeatures, { rows, indices: INDICES }, ofEach, 0.1, 1.5 * N);
      expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
      expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
    });

    it(`with ${name} uses the batch's own Z, held constant, where none is given`, async () => {
      const { loss, estimate, gradient } = await run(given, 0.1, 0);
      const z = estimateZ(exactFeatures, rows, ofEach, 0.1);
      expect(estimate / (z / N)).toBeCloseTo(1, 5);
      const exact = exactLoss(exactFeatures, { rows, indices: INDICES }, ofEach, 0.1, z);
      expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
      expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
    });
  }

  const weights = Float64Array.from({ length: N }, (_, i) => 1 + (i % 5));
  const noise = Array.from(weights, (weight) => weight / weights.reduce((a, b) => a + b, 0));
  for (const { name, given, ofEach } of forms) {
    for (const z of [1.5, 0]) {
      it(`with ${name} from noise that is not uniform, Z ${z ? 'given' : 'estimated'}, equals equations 4 to 7`, async () => {
        const { loss, estimate, gradient } = await run(given, 0.1, z, weights);
        const estimated = estimateZ(exactFeatures, rows, ofEach, 0.1, noise);
        expect(estimate / (estimated / N)).toBeCloseTo(1, 5);
        const bank = { rows, indices: INDICES };
        const exact = exactLoss(exactFeatures, bank, ofEach, 0.1, z ? z * N : estimated, noise);
        expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
        expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
      });
    }
  }

  it('is the same for uniform noise and for given noise that is uniform', async () => {
    const [uniform, given] = [await run(SHARED, 0.1, 1.5), await run(SHARED, 0.1, 1.5, new Float64Array(N).fill(7))];
    expect(given.loss).toBe(uniform.loss);
    expect(given.estimate).toBe(uniform.estimate);
  });

  it('estimates Z without bias: over many draws the mean is the sum over all images', async () => {
    const draw = noiseDraw(N, weights);
    const random = new Random(SEED, 'negatives');
    const many = Array.from({ length: 40_000 }, () => draw(random));
    const { estimate } = await run(many, 0.5, 0, weights);
    const all = INDICES.map(() => Array.from({ length: N }, (_, j) => j));
    // At this temperature one draw's standard deviation is about its mean, so that of the mean is half a percent.
    expect(Math.abs(estimate / (estimateZ(exactFeatures, rows, all, 0.5) / N) - 1)).toBeLessThan(0.02);
  });

  it('estimates Z even where one is given, and does not use the estimate', async () => {
    const [given, own] = [await run(SHARED, 0.1, 1.5), await run(SHARED, 0.1, 0)];
    expect(given.estimate).toBe(own.estimate);
    expect(given.loss).not.toBe(own.loss);
  });

  it('is (m + 1)·ln 2 at m = 1 where P(i|v) equals the noise', async () => {
    // exp(s/τ) is 1 at an infinite temperature, so with Z/n = 1 every P is 1/n and h is 1/2.
    const { loss } = await run([3], 1e6, 1);
    expect(loss).toBeCloseTo(2 * Math.LN2, 5);
  });

  it('gives the bank no gradient: it is an input nobody differentiates by', async () => {
    const f = input('features', [BATCH, DIM]);
    const b = input('bank', [N, DIM]);
    const { estimate } = nceLoss(f, b, rowDot(f, gather(b, ints(INDICES))), ints(SHARED), input('z', []), { tau: 0.1 });
    const { gradient } = await evaluate({ gradient: grad(estimate, [f])[0]! }, {});
    expect([...gradient!]).toEqual(Array(BATCH * DIM).fill(0));
  });
});

describe('closedFormZ', () => {
  for (const [tau, known] of [
    [0.07, 2.219],
    [0.1, 1.478],
  ] as const) {
    it(`is ${known} at dimension 128 and temperature ${tau}, and near what random unit rows give`, () => {
      expect(closedFormZ(128, tau)).toBeCloseTo(known, 3);
      const [left, right] = [unitRows(300, 128, 2), unitRows(1500, 128, 3)];
      let total = 0;
      for (let i = 0; i < 300; i++) {
        for (let j = 0; j < 1500; j++) {
          let s = 0;
          for (let k = 0; k < 128; k++) s += left[i * 128 + k]! * right[j * 128 + k]!;
          total += Math.exp(s / tau);
        }
      }
      // 450,000 pairs: standard error 0.3 %; the normal approximation itself is 0.5 % high at 0.07.
      expect(Math.abs(total / (300 * 1500) / known - 1)).toBeLessThan(0.015);
    });
  }
});
