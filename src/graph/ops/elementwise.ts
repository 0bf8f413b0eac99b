/** @file Elementwise operators. */
import { ShapeError } from '../../core/errors.js';
import { HELD_CONSTANT, operator } from '../operator.js';
import { type Shape, scalar, show, type TensorType, type Value } from '../value.js';

/** The type of an operator whose inputs are of one dtype and follow NumPy broadcasting. */
export function broadcast(name: string, a: TensorType, b: TensorType): TensorType {
  if (a.dtype !== b.dtype) throw new ShapeError(`${name}: expected one dtype, got ${show(a)} and ${show(b)}.`);
  return { dtype: a.dtype, shape: broadcastShape(name, a, b) };
}

/** The shape that NumPy broadcasting gives two. */
function broadcastShape(name: string, a: TensorType, b: TensorType): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape: number[] = [];
  for (let i = 1; i <= rank; i++) {
    const x = a.shape.at(-i) ?? 1;
    const y = b.shape.at(-i) ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(`${name}: expected shapes that broadcast, got ${show(a)} and ${show(b)}.`);
    }
    shape.unshift(x === 1 ? y : x);
  }
  return shape;
}

export const Add = operator<2>({
  name: 'Add',
  broadcasts: true,
  elementwise: true,
  infer: ([a, b]) => [broadcast('Add', a, b)],
  gradient: (_, [dy]) => [dy, dy],
});

export const Sub = operator<2>({
  name: 'Sub',
  broadcasts: true,
  elementwise: true,
  infer: ([a, b]) => [broadcast('Sub', a, b)],
  gradient: (_, [dy]) => [dy, neg(dy)],
});

export const Mul = operator<2>({
  name: 'Mul',
  broadcasts: true,
  elementwise: true,
  infer: ([a, b]) => [broadcast('Mul', a, b)],
  gradient: ({ inputs: [a, b] }, [dy]) => [mul(dy, b), mul(dy, a)],
});

export const Div = operator<2>({
  name: 'Div',
  broadcasts: true,
  elementwise: true,
  infer: ([a, b]) => [broadcast('Div', a, b)],
  gradient: ({ inputs: [, b], outputs: [y] }, [dy]) => [div(dy, b), neg(div(mul(dy, y), b))],
});

export const Neg = operator<1>({
  name: 'Neg',
  elementwise: true,
  infer: ([x]) => [x],
  gradient: (_, [dy]) => [neg(dy)],
});

export const Exp = operator<1>({
  name: 'Exp',
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ outputs: [y] }, [dy]) => [mul(dy, y)],
});

export const Log = operator<1>({
  name: 'Log',
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ inputs: [x] }, [dy]) => [div(dy, x)],
});

export const Sqrt = operator<1>({
  name: 'Sqrt',
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ outputs: [y] }, [dy]) => [div(mul(dy, scalar(0.5)), y)],
});

/** `condition ? a : b`. */
export const Where = operator<3>({
  name: 'Where',
  broadcasts: true,
  infer: ([condition, a, b]) => {
    const branches = broadcast('Where', a, b);
    return [{ dtype: branches.dtype, shape: broadcastShape('Where', condition, branches) }];
  },
  gradient: ({ inputs: [condition] }, [dy]) => [null, where(condition, dy, scalar(0)), where(condition, scalar(0), dy)],
});

/** The value itself, but a constant to differentiation. */
export const StopGradient = operator<1>({
  name: 'StopGradient',
  infer: ([x]) => [x],
  gradient: HELD_CONSTANT,
  lower: ([x]) => [x],
});

export function add(a: Value, b: Value): Value {
  return Add([a, b], {})[0];
}
export function sub(a: Value, b: Value): Value {
  return Sub([a, b], {})[0];
}
export function mul(a: Value, b: Value): Value {
  return Mul([a, b], {})[0];
}
export function div(a: Value, b: Value): Value {
  return Div([a, b], {})[0];
}
export function neg(x: Value): Value {
  return Neg([x], {})[0];
}
export function exp(x: Value): Value {
  return Exp([x], {})[0];
}
export function log(x: Value): Value {
  return Log([x], {})[0];
}
export function sqrt(x: Value): Value {
  return Sqrt([x], {})[0];
}
export function where(condition: Value, a: Value, b: Value): Value {
  return Where([condition, a, b], {})[0];
}
export function stopGradient(x: Value): Value {
  return StopGradient([x], {})[0];
}
