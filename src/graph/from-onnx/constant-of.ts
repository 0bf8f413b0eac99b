/** @file Numbers of a model as a constant of our graph. */
import { greater } from '../ops/comparison.js';
import { expand } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { floats, scalar, type Value } from '../value.js';
import { graphType } from './element-type.js';
import { slicesOf } from './of-batch.js';
import { type OnnxTensor, toFloats } from './onnx-tensor.js';

/** A tensor as a constant: floats of any width as float32. What is repeated for each picture is held once. */
export function constantOf(tensor: OnnxTensor): Value {
  const { repeated } = tensor;
  if (repeated === undefined) return stated(tensor);
  const { axis, count } = repeated;
  const block = stated(slicesOf(tensor, axis, count));
  if (count === 1) return expand(block, tensor.shape);
  const apart = reshape(block, block.shape.toSpliced(axis, 0, 1));
  return reshape(expand(apart, apart.shape.with(axis, tensor.shape[axis]! / count)), tensor.shape);
}

function stated(tensor: OnnxTensor): Value {
  const { type, shape, data } = tensor;
  const dtype = graphType(type);
  if (dtype === 'float32') return floats(toFloats(tensor), shape);
  if (dtype === 'bool') return greater(floats(toFloats(tensor), shape), scalar(0));
  const numbers = data as ArrayLike<number | bigint>;
  return dtype === 'int64'
    ? { kind: 'constant', dtype, shape, data: BigInt64Array.from(numbers, BigInt) }
    : { kind: 'constant', dtype, shape, data: Int32Array.from(numbers, Number) };
}
