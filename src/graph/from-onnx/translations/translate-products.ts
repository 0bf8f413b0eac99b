/** @file Products of matrices: Gemm, MatMul of any rank. */
import { add, mul } from '../../ops/elementwise.js';
import { matmul } from '../../ops/linear.js';
import { scalar, type Value } from '../../value.js';
import type { Translations } from './translation.js';

const scaled = (x: Value, by: number): Value => (by === 1 ? x : mul(x, scalar(by)));

export const PRODUCTS: Translations = {
  Gemm: (node) => {
    const product = matmul(node.value(0), node.value(1), {
      transA: node.int('transA', 0) !== 0,
      transB: node.int('transB', 0) !== 0,
    });
    const y = scaled(product, node.float('alpha', 1));
    return [node.has(2) ? add(y, scaled(node.value(2), node.float('beta', 1))) : y];
  },
  MatMul: (node, apply) => {
    const [a, b] = [node.value(0), node.value(1)];
    return a.shape.length === 2 && b.shape.length === 2 ? [matmul(a, b)] : apply(node, 'MatMul', [a, b]);
  },
};
