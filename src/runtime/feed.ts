/** @file What a graph is fed: numbers, brought into the array that the runtime reads. */
import { ShapeError } from '../core/errors.js';
import { type DType, show, sizeOf, type TensorType } from '../graph/value.js';

export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** The numbers of an input, row by row; one number may stand alone. For int64 ordinary integers do as well. */
export type Feed = number | ArrayLike<number> | BigInt64Array;

/** By the names of inputs. */
export type Feeds = Readonly<Record<string, Feed>>;

/** The kind of array that holds numbers of a type. */
function arrayOf(dtype: DType): typeof BigInt64Array | typeof Int32Array | typeof Float32Array {
  if (dtype === 'int64') return BigInt64Array;
  return dtype === 'int32' ? Int32Array : Float32Array;
}

/** An array that can hold a tensor of this type, zeroed. */
export function allocate({ dtype, shape }: TensorType): TensorData {
  return new (arrayOf(dtype))(sizeOf(shape));
}

/**
 * Copies what is fed into the array of an input.
 *
 * @throws {ShapeError} if there is nothing, or another count of numbers than the type has
 */
export function fill(target: TensorData, feed: Feed | undefined, name: string, type: TensorType): void {
  const numbers = typeof feed === 'number' ? [feed] : feed;
  if (numbers?.length !== target.length) {
    throw new ShapeError(`${name}: expected ${show(type)}, got ${numbers ? `${numbers.length} elements` : 'nothing'}.`);
  }
  if (target instanceof BigInt64Array) {
    target.set(numbers instanceof BigInt64Array ? numbers : Array.from(numbers, BigInt));
  } else if (numbers instanceof BigInt64Array) {
    target.set(Array.from(numbers, Number));
  } else {
    target.set(numbers);
  }
}

/** What is fed as the runtime reads it: itself, if it is such an array already, else a copy. @throws as `fill` does */
export function toData(feed: Feed | undefined, name: string, type: TensorType): TensorData {
  if (feed instanceof arrayOf(type.dtype) && feed.length === sizeOf(type.shape)) return feed;
  const data = allocate(type);
  fill(data, feed, name, type);
  return data;
}
