/** @file Reading and adding to elements by number. */
import { ShapeError } from '../../core/errors.js';
import { noGradient, operator } from '../operator.js';
import { type Shape, scalar, show, sizeOf, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { pad } from './padding.js';
import { expand } from './reduce.js';
import { reshape } from './reshape.js';
import { transpose } from './shape.js';

/** Slices of a table along an axis, by default rows: the memory bank's read. */
export const Gather = operator<2, 1, { readonly axis?: number }>({
  name: 'Gather',
  attributes: { axis: 'int' },
  infer: ([table, indices], { axis: given = 0 }) => {
    const axis = given < 0 ? given + table.shape.length : given;
    if (table.shape[axis] === undefined || indices.dtype !== 'int64') {
      throw new ShapeError(
        `Gather: expected a table with axis ${given} and int64 numbers, got ${show(table)} and ${show(indices)}.`,
      );
    }
    const shape = [...table.shape.slice(0, axis), ...indices.shape, ...table.shape.slice(axis + 1)];
    return [{ dtype: table.dtype, shape }];
  },
  gradient: ({ inputs: [table, indices], attributes: { axis: given = 0 } }, [dy]) => {
    const axis = axisOf('Gather', table, given);
    const numRows = sizeOf(indices.shape);
    if (axis !== 0 && indices.kind === 'constant' && numRows === 1) {
      return [placedAt(Number(indices.data[0]), dy, table.shape, axis), null];
    }
    // Rows are added to where the axis comes first, and it is put back afterwards.
    const axes = table.shape.map((_, i) => i);
    const rowsFirst = [axis, ...axes.filter((i) => i !== axis)];
    const rows = reshape(dy, table.shape.with(axis, numRows));
    const zeros = expand(
      scalar(0),
      rowsFirst.map((i) => table.shape[i]!),
    );
    const sums = scatterAdd(zeros, reshape(indices, [numRows, 1]), transpose(rows, rowsFirst));
    return [
      transpose(
        sums,
        axes.map((i) => rowsFirst.indexOf(i)),
      ),
      null,
    ];
  },
});

/** A single slice, with zeros before and after it. */
function placedAt(index: number, slice: Value, shape: Shape, axis: number): Value {
  const extent = shape[axis]!;
  const first = index < 0 ? index + extent : index;
  const none = shape.map(() => 0);
  return pad(reshape(slice, shape.with(axis, 1)), [...none.with(axis, first), ...none.with(axis, extent - first - 1)]);
}

/** Elements of `x` along an axis, each by a number of its own: of the shape of the numbers. */
export const GatherElements = operator<2, 1, { readonly axis?: number }>({
  name: 'GatherElements',
  attributes: { axis: 'int' },
  infer: ([x, indices], { axis = 0 }) => {
    axisOf('GatherElements', x, axis);
    if (indices.dtype !== 'int64' || indices.shape.length !== x.shape.length) {
      throw new ShapeError(
        `GatherElements: expected as many axes of int64 numbers, got ${show(x)} and ${show(indices)}.`,
      );
    }
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  gradient: ({ inputs: [x, indices], attributes: { axis = 0 } }, [dy]) => [
    ScatterElements([expand(scalar(0), x.shape), indices, dy], { axis, reduction: 'add' })[0],
    null,
  ],
});

const scatters = {
  infer: ([x]: readonly [TensorType, TensorType, TensorType]) => [x] as const,
  gradient: noGradient('it is only used inside backward graphs'),
};

const ScatterElements = operator<3, 1, { axis: number; reduction: string }>({
  name: 'ScatterElements',
  attributes: { axis: 'int', reduction: 'string' },
  ...scatters,
});

export const ScatterND = operator<3, 1, { reduction: string }>({
  name: 'ScatterND',
  attributes: { reduction: 'string' },
  ...scatters,
});

/**
 * Rows `indices` of `table`.
 *
 * @param table float32[n, ...]
 * @param indices int64[...], each in [0, n)
 */
export function gather(table: Value, indices: Value): Value {
  return Gather([table, indices], { axis: 0 })[0];
}

/** Slices `indices` (int64[count]) of `x` along `axis`. */
export function gatherAxis(x: Value, indices: Value, axis: number): Value {
  return Gather([x, indices], { axis })[0];
}

/** `x` with each of `updates` added to the row its `indices` (int64[count, 1]) name; rows may repeat. */
export function scatterAdd(x: Value, indices: Value, updates: Value): Value {
  return ScatterND([x, indices, updates], { reduction: 'add' })[0];
}
