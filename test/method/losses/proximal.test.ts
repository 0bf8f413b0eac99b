import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { gather } from '#src/graph/ops/indexing.js';
import { input, ints } from '#src/graph/value.js';
import { randomUnitRows } from '#src/method/bank.js';
import { proximalTerm } from '#src/method/losses/proximal.js';
import { l2Normalize, rowDot } from '#src/nn/rows.js';
import { normalizeRows } from '../../oracles/layers.js';
import { proximalLoss } from '../../oracles/losses.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';
import { evaluate } from '../evaluate.js';

const [BATCH, N, DIM] = [4, 9, 6];
const INDICES = [3, 8, 0, 7];

async function run(x: Float32Array, bank: Float32Array, lambda: number): Promise<{ loss: number; dx: Float32Array }> {
  const [e, b] = [input('x', [BATCH, DIM]), input('bank', [N, DIM])];
  const loss = proximalTerm(rowDot(l2Normalize(e), gather(b, ints(INDICES))), lambda);
  const results = await evaluate({ loss, dx: grad(loss, [e])[0]! }, { x, bank });
  return { loss: results['loss']![0]!, dx: results['dx']! };
}

describe('proximalTerm', () => {
  const random = new Random(2, 'sample');
  const x = Float32Array.from({ length: BATCH * DIM }, () => random.normal());
  const bank = new Float32Array(N * DIM);
  randomUnitRows(bank, DIM, new Random(2, 'bank'));

  // The gradients by the feature itself differ along it, where the sphere has no room; after the L2 norm they agree.
  it('is λ times the squared distance between unit vectors, as is its gradient through the L2 norm', async () => {
    const { loss, dx } = await run(x, bank, 0.7);
    const features = normalizeRows(tensorOf(x, BATCH, DIM));
    const exact = proximalLoss(features.y, { rows: tensorOf(bank, N, DIM), indices: INDICES }, 0.7);
    expect(Math.abs(loss - exact.loss)).toBeLessThan(TOLERANCES.float32.loss);
    expect(relativeError(dx, features.backward(exact.dFeatures).data)).toBeLessThan(TOLERANCES.float32.operator);
  });

  it('is 0 for features that have not moved, and 4λ for opposite ones', async () => {
    const own = Float32Array.from(INDICES.flatMap((row) => [...bank.subarray(row * DIM, (row + 1) * DIM)]));
    expect((await run(own, bank, 3)).loss).toBeCloseTo(0, 5);
    expect(
      (
        await run(
          own.map((value) => -value),
          bank,
          3,
        )
      ).loss,
    ).toBeCloseTo(12, 5);
  });
});
