/** @file Products of two matrices. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { scalar, show, sizeOf, type Value } from '../value.js';
import { broadcast, Mul, mul } from './elementwise.js';
import { sumTo } from './reduce.js';

type Transposes = { readonly transA?: number; readonly transB?: number };
type GemmAttributes = Transposes & { readonly alpha?: number; readonly beta?: number };

/** α A·B + β C of two matrices, either read transposed, and a third, which broadcasts, or none. α and β are 1. */
export const Gemm = operator<number, 1, GemmAttributes>({
  name: 'Gemm',
  attributes: { transA: 'int', transB: 'int', alpha: 'float', beta: 'float' },
  infer: ([a, b, c], { transA, transB }) => {
    const [m, ka] = transA ? a!.shape.toReversed() : a!.shape;
    const [kb, n] = transB ? b!.shape.toReversed() : b!.shape;
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || ka !== kb) {
      throw new ShapeError(
        `Gemm: expected matrices that multiply, got ${show(a!)}${transA ? ' transposed' : ''} and ${show(b!)}${transB ? ' transposed' : ''}.`,
      );
    }
    const product = { dtype: a!.dtype, shape: [m!, n!] };
    if (c && sizeOf(broadcast('Gemm', product, c).shape) !== m! * n!) {
      throw new ShapeError(`Gemm: expected a sum with what broadcasts to ${show(product)}, got ${show(c)}.`);
    }
    return [product];
  },
  gradient: ({ inputs: [a, b, c], attributes: { transA, transB, alpha = 1, beta = 1 } }, [dy]) => {
    const times = (x: Value, factor: number): Value => (factor === 1 ? x : mul(x, scalar(factor)));
    const dProduct = times(dy, alpha);
    return [
      transA
        ? matmul(b!, dProduct, { transA: Boolean(transB), transB: true })
        : matmul(dProduct, b!, { transB: !transB }),
      transB
        ? matmul(dProduct, a!, { transA: true, transB: Boolean(transA) })
        : matmul(a!, dProduct, { transA: !transA }),
      ...(c ? [sumTo(times(dy, beta), c.shape)] : []),
    ];
  },
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
function lowerGemm([a, b, c]: readonly Value[], { transA, transB, alpha }: GemmAttributes): readonly [Value] | null {
  if (transA || c || alpha !== undefined || a!.kind !== 'result' || a!.node.definition !== Mul.definition) return null;
  const [rows, columns] = a!.shape as [number, number];
  if (b!.shape[transB ? 0 : 1]! >= columns) return null;
  const isPerRow = ({ shape }: Value): boolean => shape.length === 2 && shape[0] === rows && shape[1] === 1;
  const [x, scale] = isPerRow(a!.node.inputs[0]!) ? a!.node.inputs.toReversed() : a!.node.inputs;
  return isPerRow(scale!) ? [mul(matmul(x!, b!, { transB: transB === 1 }), scale!)] : null;
}
