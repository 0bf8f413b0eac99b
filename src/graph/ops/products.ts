/** @file Products of many matrices at once, as ONNX Runtime has them on a CPU (its domain `com.microsoft`). */
import { noGradient, operator } from '../operator.js';
import type { TensorType, Value } from '../value.js';
import { broadcast } from './elementwise.js';

/** Products of the matrices in the last two axes, either read transposed; the other axes broadcast. */
const Products = operator<2, 1, { transA: number; transB: number }>({
  name: 'FusedMatMul',
  domain: 'com.microsoft',
  attributes: { transA: 'int', transB: 'int' },
  infer: ([a, b], { transA, transB }) => {
    const { shape: batch } = broadcast('FusedMatMul', batchOf(a), batchOf(b));
    return [{ dtype: a.dtype, shape: [...batch, a.shape.at(transA ? -1 : -2)!, b.shape.at(transB ? -2 : -1)!] }];
  },
  gradient: noGradient('it is what a convolution is lowered to'),
});

const batchOf = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.slice(0, -2) });

/** a·b for each pair of matrices, either read transposed. */
export function products(a: Value, b: Value, transA = false, transB = false): Value {
  return Products([a, b], { transA: Number(transA), transB: Number(transB) })[0];
}
