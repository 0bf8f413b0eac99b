/** @file Reading and adding to rows by number. */
import { GradientError, ShapeError } from '../../core/errors.js';
import { noGradient, operator } from '../operator.js';
import { scalar, show, sizeOf, type Value } from '../value.js';
import { expand } from './reduce.js';
import { reshape } from './reshape.js';

/** Rows of a table: the memory bank's read. */
export const Gather = operator<2, 1, { axis: number }>({
  name: 'Gather',
  attributes: { axis: 'int' },
  infer: ([table, indices], { axis }) => {
    if (table.shape[axis] === undefined || indices.dtype !== 'int64') {
      throw new ShapeError(
        `Gather: expected a table with axis ${axis} and int64 numbers, got ${show(table)} and ${show(indices)}.`,
      );
    }
    const shape = [...table.shape.slice(0, axis), ...indices.shape, ...table.shape.slice(axis + 1)];
    return [{ dtype: table.dtype, shape }];
  },
  gradient: ({ inputs: [table, indices], attributes: { axis } }, [dy]) => {
    if (axis !== 0) throw new GradientError(`Gather: expected axis 0, which its gradient is written for, got ${axis}.`);
    const numRows = sizeOf(indices.shape);
    const rows = reshape(dy, [numRows, ...table.shape.slice(1)]);
    return [scatterAdd(expand(scalar(0), table.shape), reshape(indices, [numRows, 1]), rows), null];
  },
});

export const ScatterND = operator<3, 1, { reduction: string }>({
  name: 'ScatterND',
  attributes: { reduction: 'string' },
  infer: ([x]) => [x],
  gradient: noGradient('it is only used inside backward graphs'),
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

/** Slices `indices` (int64[count], constant) of `x` along `axis`. */
export function gatherAxis(x: Value, indices: Value, axis: number): Value {
  return Gather([x, indices], { axis })[0];
}

/** `x` with each of `updates` added to the row its `indices` (int64[count, 1]) name; rows may repeat. */
export function scatterAdd(x: Value, indices: Value, updates: Value): Value {
  return ScatterND([x, indices, updates], { reduction: 'add' })[0];
}
