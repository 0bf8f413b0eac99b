/** @file The rectifier and its gradient. */
import { lowerReluGradient } from '../lowering/lower-relu.js';
import { operator } from '../operator.js';
import { scalar, type Value } from '../value.js';
import { mul } from './elementwise.js';

/** Its gradient at zero is zero, as in PyTorch. */
export const Relu = operator<1>({
  name: 'Relu',
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ outputs: [y] }, [dy]) => [reluGradient(dy, y)],
});

/** From dy and y = relu(x): dy where y > 0, else 0. */
export const ReluGradient = operator<2>({
  name: 'ReluGradient',
  elementwise: true,
  infer: ([dy]) => [dy],
  gradient: ({ inputs: [, y] }, [d]) => [reluGradient(d, y), mul(d, scalar(0))],
  lower: lowerReluGradient,
});

export function relu(x: Value): Value {
  return Relu([x], {})[0];
}
/** dy where y > 0, else 0. */
export function reluGradient(dy: Value, y: Value): Value {
  return ReluGradient([dy, y], {})[0];
}
