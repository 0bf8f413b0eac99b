/** @file Products of matrices, of as many as the other axes hold. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { type Shape, show, sizeOf, type TensorType, type Value } from '../value.js';
import { broadcast } from './elementwise.js';
import { matmul } from './linear.js';
import { sumTo } from './reduce.js';
import { reshape } from './reshape.js';
import { transpose } from './shape.js';

/** The products of the matrices in the last two axes; the others broadcast. A vector is a row on the left, a column on the right. */
export const MatMul = operator<2>({
  name: 'MatMul',
  infer: ([a, b]) => {
    const [rows, columns] = [asRow(a.shape), asColumn(b.shape)];
    if (a.shape.length === 0 || b.shape.length === 0 || rows.at(-1) !== columns.at(-2)) {
      throw new ShapeError(`MatMul: expected matrices that multiply, got ${show(a)} and ${show(b)}.`);
    }
    const shape = productShape(a, b);
    return [{ dtype: a.dtype, shape: [...shape.slice(0, -2), ...vectorless(a, b, shape)] }];
  },
  gradient: ({ inputs: [a, b] }, [dy]) => {
    const [left, right] = [reshape(a, asRow(a.shape)), reshape(b, asColumn(b.shape))];
    const dProduct = reshape(dy, productShape(a, b));
    if (right.shape.length === 2) {
      // One matrix on the right: all rows on the left are those of one matrix, too.
      const rows = (x: Value): Value => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
      const dLeft = matmul(rows(dProduct), right, { transB: true });
      const dRight = matmul(rows(left), rows(dProduct), { transA: true });
      return [reshape(dLeft, a.shape), reshape(dRight, b.shape)];
    }
    const dLeft = matMul(dProduct, exchangeLast(right));
    const dRight = matMul(exchangeLast(left), dProduct);
    return [reshape(sumTo(dLeft, left.shape), a.shape), reshape(sumTo(dRight, right.shape), b.shape)];
  },
});

function asRow(shape: Shape): Shape {
  return shape.length === 1 ? [1, ...shape] : shape;
}
function asColumn(shape: Shape): Shape {
  return shape.length === 1 ? [...shape, 1] : shape;
}

/** Of the product with vectors as matrices. */
function productShape(a: TensorType, b: TensorType): Shape {
  const [left, right] = [asRow(a.shape), asColumn(b.shape)];
  const others = ({ dtype }: TensorType, shape: Shape): TensorType => ({ dtype, shape: shape.slice(0, -2) });
  return [...broadcast('MatMul', others(a, left), others(b, right)).shape, left.at(-2)!, right.at(-1)!];
}

/** The last two extents of a product, without those that vectors do not have. */
function vectorless(a: TensorType, b: TensorType, shape: Shape): Shape {
  return [...(a.shape.length > 1 ? [shape.at(-2)!] : []), ...(b.shape.length > 1 ? [shape.at(-1)!] : [])];
}

function exchangeLast(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

/**
 * a·b for each pair of matrices in the last two axes.
 *
 * @param a float32[..., m, k]
 * @param b float32[..., k, n]
 * @returns float32[..., m, n]
 */
export function matMul(a: Value, b: Value): Value {
  return MatMul([a, b], {})[0];
}

/**
 * A matrix applied along one axis of `x`.
 *
 * @param matrix float32[m, extent of the axis]
 * @returns the shape of `x` with m for the extent of the axis
 */
export function along(matrix: Value, x: Value, axis: number): Value {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const lines = reshape(x, [sizeOf(before), x.shape[axis]!, sizeOf(after)]);
  const [m] = matrix.shape as [number];
  if (after.length === 0) {
    const rows = matmul(reshape(lines, [sizeOf(before), x.shape[axis]!]), matrix, { transB: true });
    return reshape(rows, [...before, m]);
  }
  return reshape(matMul(matrix, lines), [...before, m, ...after]);
}
