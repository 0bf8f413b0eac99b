import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { gather } from '#src/graph/ops/indexing.js';
import { input, ints } from '#src/graph/value.js';
import { randomUnitRows } from '#src/method/bank.js';
import { infoNceLoss } from '#src/method/losses/infonce.js';
import { rowDot } from '#src/nn/rows.js';
import { infoNceLoss as exactLoss, softmaxLoss as exactSoftmax } from '../../oracles/losses.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';
import { evaluate } from '../evaluate.js';

const SEED = 6;
const [BATCH, N, DIM] = [4, 25, 6];
const { loss: nats, operator } = TOLERANCES.float32;
const INDICES = [3, 24, 0, 7];
const SHARED = [1, 9, 9, 20];
const PER_IMAGE = [
  [1, 2, 3],
  [9, 9, 0],
  [24, 8, 7],
  [6, 5, 7],
];

function unitRows(count: number, stream: number): Float32Array {
  const rows = new Float32Array(count * DIM);
  randomUnitRows(rows, DIM, new Random(SEED, 'bank', stream));
  return rows;
}

const features = unitRows(BATCH, 0);
const bank = unitRows(N, 1);

async function run(
  negatives: readonly number[] | readonly (readonly number[])[],
  tau: number,
  numbers = { features, bank },
): Promise<{ loss: number; gradient: Float32Array }> {
  const f = input('features', [BATCH, DIM]);
  const b = input('bank', [N, DIM]);
  const shape = Array.isArray(negatives[0]) ? [BATCH, negatives[0].length] : [negatives.length];
  const drawn = ints((negatives as number[][]).flat(), shape);
  const loss = infoNceLoss(f, b, rowDot(f, gather(b, ints(INDICES))), drawn, tau);
  const results = await evaluate({ loss, gradient: grad(loss, [f])[0]! }, numbers);
  return { loss: results['loss']![0]!, gradient: results['gradient']! };
}

describe('infoNceLoss', () => {
  const exactFeatures = tensorOf(features, BATCH, DIM);
  const rows = { rows: tensorOf(bank, N, DIM), indices: INDICES };

  for (const [name, given, ofEach] of [
    ['shared negatives', SHARED, INDICES.map(() => SHARED)],
    ['negatives of each image', PER_IMAGE, PER_IMAGE],
  ] as const) {
    for (const tau of [0.07, 0.5]) {
      it(`with ${name} and its gradient equal the definition in float64, at temperature ${tau}`, async () => {
        const { loss, gradient } = await run(given, tau);
        const exact = exactLoss(exactFeatures, rows, ofEach, tau);
        expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
        expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
      });
    }
  }

  it('is the full softmax where the negatives are all other rows', async () => {
    const others = INDICES.map((own) => Array.from({ length: N }, (_, j) => j).filter((j) => j !== own));
    const { loss, gradient } = await run(others, 0.1);
    const exact = exactSoftmax(exactFeatures, rows, 0.1);
    expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
    expect(relativeError(gradient, exact.dFeatures.data)).toBeLessThan(operator);
  });

  it('is ln(m + 1) where all rows are the same, and does not change with the order of negatives', async () => {
    const same = Float32Array.from({ length: N * DIM }, (_, i) => bank[i % DIM]!);
    expect((await run(SHARED, 0.1, { features, bank: same })).loss).toBeCloseTo(Math.log(5), 5);
    const [forth, back] = [await run(SHARED, 0.1), await run(SHARED.toReversed(), 0.1)];
    expect(Math.abs(forth.loss - back.loss)).toBeLessThan(nats);
  });

  it('neither overflows nor loses the answer at a temperature of 0.005', async () => {
    const { loss, gradient } = await run(SHARED, 0.005);
    const exact = exactLoss(
      exactFeatures,
      rows,
      INDICES.map(() => SHARED),
      0.005,
    );
    expect(loss / exact.loss).toBeCloseTo(1, 5);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
