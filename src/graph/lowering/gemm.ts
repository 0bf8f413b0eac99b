/** @file Takes the scaling of rows out of a matrix product where the result has fewer numbers than the operand. */
import { Mul, mul } from '../ops/elementwise.js';
import { matmul } from '../ops/linear.js';
import type { Value } from '../value.js';

/**
 * (s · A) B = s · (A B) for a number s a row. In the gradient of a softmax over the bank, A has a column for each of
 * its n rows, the product one for each of dim numbers.
 */
export function lowerGemm(
  [a, b]: readonly [Value, Value],
  { transA, transB }: { readonly transA: number; readonly transB: number },
): readonly [Value] | null {
  if (transA || a.kind !== 'result' || a.node.definition !== Mul.definition) return null;
  const [rows, columns] = a.shape as [number, number];
  if (b.shape[transB ? 0 : 1]! >= columns) return null;
  const isPerRow = ({ shape }: Value): boolean => shape.length === 2 && shape[0] === rows && shape[1] === 1;
  const [x, scale] = isPerRow(a.node.inputs[0]!) ? a.node.inputs.toReversed() : a.node.inputs;
  return isPerRow(scale!) ? [mul(matmul(x!, b, { transB: transB === 1 }), scale!)] : null;
}
