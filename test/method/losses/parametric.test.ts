import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { input, ints } from '#src/graph/value.js';
import { parametricSoftmaxLoss } from '#src/method/losses/parametric.js';
import { parametricLoss } from '../../oracles/losses.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';
import { evaluate } from '../evaluate.js';

const SEED = 8;
const [BATCH, N, DIM] = [5, 12, 6];
const { loss: nats, operator } = TOLERANCES.float32;
const TARGETS = [3, 11, 0, 7, 3];

function normals(length: number, stream: number): Float32Array {
  const random = new Random(SEED, 'sample', stream);
  return Float32Array.from({ length }, () => random.normal());
}

async function run(
  v: Float32Array,
  weight: Float32Array,
): Promise<{ loss: number; dv: Float32Array; dw: Float32Array }> {
  const [x, w] = [input('v', [BATCH, DIM]), input('w', [N, DIM])];
  const loss = parametricSoftmaxLoss(x, w, ints(TARGETS));
  const [dv, dw] = grad(loss, [x, w]) as [typeof x, typeof w];
  const results = await evaluate({ loss, dv, dw }, { v, w: weight });
  return { loss: results['loss']![0]!, dv: results['dv']!, dw: results['dw']! };
}

describe('parametricSoftmaxLoss', () => {
  const [v, weight] = [normals(BATCH * DIM, 0), normals(N * DIM, 1)];

  it('and its gradients by features and weights equal equation 1 in float64', async () => {
    const { loss, dv, dw } = await run(v, weight);
    const exact = parametricLoss(tensorOf(v, BATCH, DIM), tensorOf(weight, N, DIM), TARGETS);
    expect(Math.abs(loss - exact.loss)).toBeLessThan(nats);
    expect(relativeError(dv, exact.dFeatures.data)).toBeLessThan(operator);
    expect(relativeError(dw, exact.dWeight.data)).toBeLessThan(operator);
  });

  it('is ln n where the weights know nothing, whatever the features', async () => {
    expect((await run(v, new Float32Array(N * DIM))).loss).toBeCloseTo(Math.log(N), 5);
  });

  it('does not change when the same vector is added to every row of the weights', async () => {
    const shift = normals(DIM, 2);
    const moved = await run(
      v,
      weight.map((x, i) => x + shift[i % DIM]!),
    );
    expect(Math.abs(moved.loss - (await run(v, weight)).loss)).toBeLessThan(nats);
  });

  it('has gradients of the weights that add up to zero over the rows', async () => {
    const { dw } = await run(v, weight);
    for (let k = 0; k < DIM; k++) {
      const total = Array.from({ length: N }, (_, row) => dw[row * DIM + k]!).reduce((a, b) => a + b, 0);
      expect(Math.abs(total)).toBeLessThan(1e-6);
    }
  });

  it('does not overflow for large features', async () => {
    const { loss, dv } = await run(
      v.map((x) => 1000 * x),
      weight,
    );
    expect(Number.isFinite(loss)).toBe(true);
    expect(dv.every(Number.isFinite)).toBe(true);
  });
});
