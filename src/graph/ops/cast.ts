/** @file The same numbers in another type. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import type { DType, Value } from '../value.js';

/** TensorProto.DataType, as the attribute `to` has it. */
const TYPES: Record<number, DType> = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' };

/** Only a float32 that stays one has a gradient. */
export const Cast = operator<1, 1, { to: number }>({
  name: 'Cast',
  attributes: { to: 'int' },
  infer: ([x], { to }) => {
    const dtype = TYPES[to];
    if (dtype === undefined) throw new ShapeError(`Cast: expected 1, 6, 7 or 9 as the type to cast to, got ${to}.`);
    return [{ dtype, shape: x.shape }];
  },
  gradient: ({ inputs: [x], attributes: { to } }, [dy]) => [TYPES[to] === x.dtype ? dy : null],
});

export function cast(x: Value, dtype: DType): Value {
  const to = Object.keys(TYPES).find((type) => TYPES[Number(type)] === dtype);
  return x.dtype === dtype ? x : Cast([x], { to: Number(to) })[0];
}
