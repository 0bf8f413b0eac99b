/** @file Products of matrices. */
import { ShapeError } from '../../core/errors.js';
import { lowerGemm } from '../lowering/gemm.js';
import { operator } from '../operator.js';
import { show, type Value } from '../value.js';

type Transposes = { readonly transA: number; readonly transB: number };

/** A·B of two matrices, either read transposed. */
export const Gemm = operator<2, 1, Transposes>({
  name: 'Gemm',
  attributes: { transA: 'int', transB: 'int' },
  infer: ([a, b], { transA, transB }) => {
    const [m, ka] = transA ? a.shape.toReversed() : a.shape;
    const [kb, n] = transB ? b.shape.toReversed() : b.shape;
    if (a.shape.length !== 2 || b.shape.length !== 2 || ka !== kb) {
      throw new ShapeError(
        `Gemm: expected matrices that multiply, got ${show(a)}${transA ? ' transposed' : ''} and ${show(b)}${transB ? ' transposed' : ''}.`,
      );
    }
    return [{ dtype: a.dtype, shape: [m!, n!] }];
  },
  gradient: ({ inputs: [a, b], attributes: { transA, transB } }, [dy]) => [
    transA ? matmul(b, dy, { transA: Boolean(transB), transB: true }) : matmul(dy, b, { transB: !transB }),
    transB ? matmul(dy, a, { transA: true, transB: Boolean(transA) }) : matmul(a, dy, { transA: !transA }),
  ],
  lower: lowerGemm,
});

/**
 * A·B.
 *
 * @param a float32[m, k], or float32[k, m] with `transA`
 * @param b float32[k, n], or float32[n, k] with `transB`
 * @returns float32[m, n]
 */
export function matmul(
  a: Value,
  b: Value,
  options: { readonly transA?: boolean; readonly transB?: boolean } = {},
): Value {
  return Gemm([a, b], { transA: Number(options.transA ?? false), transB: Number(options.transB ?? false) })[0];
}
