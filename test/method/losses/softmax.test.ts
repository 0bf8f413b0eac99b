import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { gather } from '#src/graph/ops/indexing.js';
import { concat } from '#src/graph/ops/shape.js';
import { floats, input, ints } from '#src/graph/value.js';
import { randomUnitRows } from '#src/method/bank.js';
import { batchSoftmaxLoss } from '#src/method/losses/batch.js';
import { softmaxLoss } from '#src/method/losses/softmax.js';
import { rowDot } from '#src/nn/rows.js';
import { batchLoss as exactBatchLoss, softmaxLoss as exactLoss, type Loss } from '../../oracles/losses.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';
import { evaluate } from '../evaluate.js';

const SEED = 3;
const { loss: nats, operator } = TOLERANCES.float32;

interface Sample {
  readonly features: Float32Array;
  readonly bank: Float32Array;
  readonly indices: readonly number[];
  readonly dim: number;
}

function unitRows(count: number, dim: number, stream: number): Float32Array {
  const rows = new Float32Array(count * dim);
  randomUnitRows(rows, dim, new Random(SEED, 'bank', stream));
  return rows;
}

const sample: Sample = { features: unitRows(5, 6, 0), bank: unitRows(30, 6, 1), indices: [4, 0, 29, 4, 11], dim: 6 };

async function run(
  { features, bank, indices, dim }: Sample,
  tau: number,
): Promise<{ loss: number; gradient: Float32Array }> {
  const f = input('features', [indices.length, dim]);
  const b = input('bank', [bank.length / dim, dim]);
  const loss = softmaxLoss(f, b, rowDot(f, gather(b, ints(indices))), tau);
  const results = await evaluate({ loss, gradient: grad(loss, [f])[0]! }, { features, bank });
  return { loss: results['loss']![0]!, gradient: results['gradient']! };
}

/** Turns the plane of the second and fifth of six coordinates by one radian. */
function rotated(rows: Float32Array): Float32Array {
  const [cosine, sine] = [Math.cos(1), Math.sin(1)];
  return rows.map((x, i) =>
    i % 6 === 1 ? cosine * x - sine * rows[i + 3]! : i % 6 === 4 ? sine * rows[i - 3]! + cosine * x : x,
  );
}

describe('softmaxLoss', () => {
  it('is ln n for features at right angles to every row', async () => {
    const bank = unitRows(40, 3, 2);
    const [wide, features] = [new Float32Array(40 * 4), new Float32Array(2 * 4)];
    for (let row = 0; row < 40; row++) wide.set(bank.subarray(row * 3, row * 3 + 3), row * 4);
    features[3] = 1;
    features[7] = -1;
    const { loss } = await run({ features, bank: wide, indices: [7, 8], dim: 4 }, 0.07);
    expect(loss).toBeCloseTo(Math.log(40), 5);
  });

  it('is ln n where all rows are the same', async () => {
    const row = unitRows(1, 6, 3);
    const bank = Float32Array.from({ length: 50 * 6 }, (_, i) => row[i % 6]!);
    const { loss } = await run({ ...sample, bank }, 0.1);
    expect(loss).toBeCloseTo(Math.log(50), 4);
  });

  for (const tau of [0.07, 0.5]) {
    it(`and its gradient equal equation 2 in float64, at temperature ${tau}`, async () => {
      const { loss, gradient } = await run(sample, tau);
      const bank = { rows: tensorOf(sample.bank, 30, 6), indices: sample.indices };
      const exact = exactLoss(tensorOf(sample.features, 5, 6), bank, tau);
      expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
      expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
    });
  }

  it('neither overflows nor loses the answer at a temperature of 0.005', async () => {
    const { loss, gradient } = await run(sample, 0.005);
    const bank = { rows: tensorOf(sample.bank, 30, 6), indices: sample.indices };
    const exact = exactLoss(tensorOf(sample.features, 5, 6), bank, 0.005);
    expect(loss / exact.loss).toBeCloseTo(1, 5);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('does not change when the rows and their numbers are permuted together', async () => {
    const order = new Random(SEED, 'shuffle').permutation(30);
    const bank = new Float32Array(sample.bank.length);
    order.forEach((to, from) => {
      bank.set(sample.bank.subarray(from * 6, from * 6 + 6), to * 6);
    });
    const permuted = await run({ ...sample, bank, indices: sample.indices.map((i) => order[i]!) }, 0.1);
    expect(Math.abs(permuted.loss - (await run(sample, 0.1)).loss)).toBeLessThan(nats);
  });

  it('does not change when the space is rotated', async () => {
    const turned = await run({ ...sample, features: rotated(sample.features), bank: rotated(sample.bank) }, 0.1);
    expect(Math.abs(turned.loss - (await run(sample, 0.1)).loss)).toBeLessThan(nats);
  });
});

describe('batchSoftmaxLoss', () => {
  const [batch, dim] = [5, 6];
  const pair: readonly [Float32Array, Float32Array] = [unitRows(batch, dim, 4), unitRows(batch, dim, 5)];
  const [x, y] = [input('first', [batch, dim]), input('second', [batch, dim])];
  const rows = unitRows(batch, dim, 6);

  const run = async (
    [first, second]: readonly [Float32Array, Float32Array],
    tau: number,
    bankShare = 0,
  ): Promise<{ loss: number; gradient: Float32Array }> => {
    const loss = batchSoftmaxLoss([x, y], [], floats(rows, [batch, dim]), bankShare, tau);
    const results = await evaluate({ loss, gradient: concat(grad(loss, [x, y]), 0) }, { first, second });
    return { loss: results['loss']![0]!, gradient: results['gradient']! };
  };
  const exactly = (tau: number, bankShare = 0): Loss => {
    const bank = { rows: tensorOf(rows, batch, dim), indices: Array.from({ length: batch }, (_, i) => i) };
    return exactBatchLoss(tensorOf([...pair[0], ...pair[1]], 2 * batch, dim), bank, bankShare, tau);
  };
  const axes = (axisOf: (row: number) => number): Float32Array =>
    Float32Array.from({ length: batch * dim }, (_, i) => Number(i % dim === axisOf(Math.floor(i / dim))));

  it('is ln batch where all features are the same, or every first crop is at right angles to every second', async () => {
    const same = axes(() => 2);
    expect((await run([same, same], 0.1)).loss).toBeCloseTo(Math.log(batch), 5);
    const [low, high] = [axes((row) => row % 3), axes((row) => 3 + (row % 3))];
    expect((await run([low, high], 0.1)).loss).toBeCloseTo(Math.log(batch), 5);
  });

  it('goes to 0 with the temperature where each picture has an axis of its own', async () => {
    const own = axes((row) => row);
    for (const tau of [1, 0.2, 0.1]) {
      const expected = Math.log(1 + (batch - 1) * Math.exp(-1 / tau));
      expect(Math.abs((await run([own, own], tau)).loss - expected)).toBeLessThan(nats);
    }
    expect((await run([own, own], 0.02)).loss).toBeCloseTo(0, 6);
  });

  for (const tau of [0.07, 0.5]) {
    it(`and its gradient by both crops equal the definition in float64, at temperature ${tau}`, async () => {
      const { loss, gradient } = await run(pair, tau);
      const exact = exactly(tau);
      expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
      expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
    });
  }

  for (const bankShare of [0.3, 1]) {
    it(`and its gradient equal the definition where the bank has a share of ${bankShare}`, async () => {
      const { loss, gradient } = await run(pair, 0.2, bankShare);
      const exact = exactly(0.2, bankShare);
      expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
      expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
    });
  }

  it('and its gradient by smaller crops equal the definition: drawn by both others, and drawing none', async () => {
    const [tau, bankShare] = [0.3, 0.4];
    const small = [unitRows(batch, dim, 7), unitRows(batch, dim, 8), unitRows(batch, dim, 9)];
    const dotOf = (a: Float32Array, i: number, b: Float32Array, j: number): number =>
      Array.from({ length: dim }, (_, d) => a[i * dim + d]! * b[j * dim + d]!).reduce((sum, product) => sum + product);
    const ofPair = (v: Float32Array, other: Float32Array): number => {
      let total = 0;
      for (let i = 0; i < batch; i++) {
        const spread = Array.from({ length: batch }, (_, j) => Math.exp(dotOf(v, i, other, j) / tau));
        const drawn = (1 - bankShare) * dotOf(v, i, other, i) + bankShare * dotOf(v, i, rows, i);
        total += Math.log(spread.reduce((a, b) => a + b)) - drawn / tau;
      }
      return total / batch;
    };
    const [first, second] = pair;
    const ofSmall = small.map((v) => (ofPair(v, first) + ofPair(v, second)) / 2).reduce((a, b) => a + b);
    const expected = (ofPair(first, second) + ofPair(second, first) + ofSmall) / (2 + small.length);

    const inputs = small.map((_, i) => input(`small${i}`, [batch, dim]));
    const loss = batchSoftmaxLoss([x, y], inputs, floats(rows, [batch, dim]), bankShare, tau);
    const feeds = { first, second, ...Object.fromEntries(small.map((array, i) => [`small${i}`, array])) };
    const got = await evaluate({ loss, gradient: grad(loss, [inputs[1]!])[0]! }, feeds);
    expect(Math.abs(got['loss']![0]! - expected)).toBeLessThan(nats);
    // A step along the axis d of row i of the second smaller crop, both ways.
    const by = 1e-3;
    const moved = (i: number, d: number, sign: number): number => {
      const v = small[1]!.slice();
      v[i * dim + d]! += sign * by;
      return (ofPair(v, first) + ofPair(v, second)) / 2 / (2 + small.length);
    };
    for (const [at, slope] of got['gradient']!.entries()) {
      const [i, d] = [Math.floor(at / dim), at % dim];
      expect(slope).toBeCloseTo((moved(i, d, 1) - moved(i, d, -1)) / (2 * by), 4);
    }
  });

  it('is the same with any share of the bank where each row is the feature of both crops', async () => {
    const { loss } = await run([rows, rows], 0.1);
    for (const bankShare of [0.5, 1]) {
      expect(Math.abs((await run([rows, rows], 0.1, bankShare)).loss - loss)).toBeLessThan(nats);
    }
  });

  it('neither overflows nor loses the answer at a temperature of 0.005', async () => {
    const { loss, gradient } = await run(pair, 0.005);
    expect(loss / exactly(0.005).loss).toBeCloseTo(1, 5);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('does not change when first and second crops are exchanged, nor when the space is rotated', async () => {
    const { loss } = await run(pair, 0.1);
    expect(Math.abs((await run([pair[1], pair[0]], 0.1)).loss - loss)).toBeLessThan(nats);
    expect(Math.abs((await run([rotated(pair[0]), rotated(pair[1])], 0.1)).loss - loss)).toBeLessThan(nats);
  });
});
