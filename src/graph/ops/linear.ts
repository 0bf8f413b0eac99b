/** @file Products of matrices. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { show, type Value } from '../value.js';
import { Mul, mul } from './elementwise.js';

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

/**
 * (s · A) B = s · (A B) for a number s a row. In the gradient of a softmax over the bank, A has a column for each of
 * its n rows, the product one for each of dim numbers.
 */
function lowerGemm([a, b]: readonly [Value, Value], { transA, transB }: Transposes): readonly [Value] | null {
  if (transA || a.kind !== 'result' || a.node.definition !== Mul.definition) return null;
  const [rows, columns] = a.shape as [number, number];
  if (b.shape[transB ? 0 : 1]! >= columns) return null;
  const isPerRow = ({ shape }: Value): boolean => shape.length === 2 && shape[0] === rows && shape[1] === 1;
  const [x, scale] = isPerRow(a.node.inputs[0]!) ? a.node.inputs.toReversed() : a.node.inputs;
  return isPerRow(scale!) ? [mul(matmul(x!, b, { transB: transB === 1 }), scale!)] : null;
}
