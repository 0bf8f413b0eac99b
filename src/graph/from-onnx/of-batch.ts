/** @file Numbers that depend on the size of a batch: found at three sizes, known at every one. */
import { DataError } from '../../core/errors.js';
import { evenly, TRIED_BATCHES } from '../evenly.js';
import { sizeOf } from '../value.js';
import { ELEMENT_ARRAYS, type ElementArray } from './element-type.js';
import type { OnnxTensor } from './onnx-tensor.js';

/**
 * A tensor as a function of the size of the batch: the same always, or with each integer growing evenly with it, as
 * shapes do, or with slices that come again along one axis, or integers that grow evenly along it, such as numbers of pictures.
 *
 * @param tensors at `TRIED_BATCHES`
 * @throws {DataError} if it is none of these
 */
export function ofBatch(name: string, tensors: readonly OnnxTensor[]): (batch: number) => OnnxTensor {
  const [first, second] = tensors as [OnnxTensor, OnnxTensor, OnnxTensor];
  const shape = evenly(tensors.map((tensor) => tensor.shape));
  const axes = first.shape.flatMap((extent, axis) => (extent === second.shape[axis] ? [] : [axis]));
  if (shape && axes.length === 0) {
    if (tensors.every(({ data }) => isSame(data, first.data))) return () => first;
    if (first.data instanceof BigInt64Array || first.data instanceof Int32Array) {
      const numbers = evenly(tensors.map(({ data }) => Array.from(data as ArrayLike<number | bigint>, Number)));
      const data = (batch: number): ElementArray =>
        first.type === 'int64' ? BigInt64Array.from(numbers!(batch), BigInt) : Int32Array.from(numbers!(batch));
      if (numbers) return (batch) => ({ ...first, data: data(batch) });
    }
  }
  const [axis = 0] = axes;
  const ofOne = second.shape[axis]! - first.shape[axis]!;
  const count = [1, ofOne].find(
    (slices) =>
      axes.length === 1 &&
      slices > 0 &&
      tensors.every(({ shape: { [axis]: extent }, data }) => {
        return extent! % slices === 0 && isSame(repeat(first, axis, slices, extent!).data, data);
      }),
  );
  if (shape && count !== undefined) {
    return (batch) => repeat(first, axis, count, shape(batch)[axis]!);
  }
  const counting = shape && axes.length === 1 && countingAlong(tensors, axis);
  if (counting) return (batch) => counting(shape(batch)[axis]!);
  throw new DataError(
    `value '${name}': expected one that grows evenly with the batch, or not at all, got shapes ${tensors.map((tensor) => `[${tensor.shape}]`).join(', ')} for ${TRIED_BATCHES.join(', ')} pictures. Cut the network before it with --cut.`,
  );
}

function isSame(a: ElementArray, b: ElementArray): boolean {
  return a === b || (a.length === b.length && a.every((value: number | bigint, i: number) => Object.is(value, b[i])));
}

/** The first `count` slices of a tensor along an axis, whose extent that is then. */
export function slicesOf({ type, shape, data }: OnnxTensor, axis: number, count: number): OnnxTensor {
  const block = sizeOf(shape.slice(axis + 1)) * count;
  const extent = shape[axis]!;
  const first = new ELEMENT_ARRAYS[type](sizeOf(shape.with(axis, count)));
  for (let at = 0; at < first.length; at += block) {
    const from = (at / count) * extent;
    first.set(data.subarray(from, from + block) as never, at);
  }
  return { type, shape: shape.with(axis, count), data: first };
}

/** The first `count` slices along an axis again and again, up to `extent`, a multiple of `count`. */
function repeat(tensor: OnnxTensor, axis: number, count: number, extent: number): OnnxTensor {
  const shape = tensor.shape.with(axis, extent);
  const block = sizeOf(shape.slice(axis + 1)) * count;
  const blocks = slicesOf(tensor, axis, count).data;
  const data = new ELEMENT_ARRAYS[tensor.type](sizeOf(shape));
  for (let at = 0; at < data.length; at += block) {
    const from = Math.floor(at / ((block / count) * extent)) * block;
    data.set(blocks.subarray(from, from + block) as never, at);
  }
  return { type: tensor.type, shape, data, repeated: { axis, count } };
}

/** Integers that grow evenly along an axis, for any extent of it; undefined if they do not. */
function countingAlong(tensors: readonly OnnxTensor[], axis: number): ((extent: number) => OnnxTensor) | undefined {
  const [first] = tensors as [OnnxTensor];
  if (first.type !== 'int64' || first.shape[axis]! < 2) return undefined;
  const inner = sizeOf(first.shape.slice(axis + 1));
  const at = ({ shape, data }: OnnxTensor, outer: number, i: number, rest: number): bigint =>
    (data as BigInt64Array)[(outer * shape[axis]! + i) * inner + rest]!;
  const counted = (extent: number): OnnxTensor => {
    const shape = first.shape.with(axis, extent);
    const data = new BigInt64Array(sizeOf(shape));
    for (let place = 0; place < data.length; place++) {
      const [outer, i] = [Math.floor(place / (extent * inner)), Math.floor(place / inner) % extent];
      const start = at(first, outer, 0, place % inner);
      data[place] = start + BigInt(i) * (at(first, outer, 1, place % inner) - start);
    }
    return { type: 'int64', shape, data };
  };
  return tensors.every((tensor) => isSame(counted(tensor.shape[axis]!).data, tensor.data)) ? counted : undefined;
}
