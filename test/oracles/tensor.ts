/** @file Tensors of the float64 oracle. Nothing in this folder uses the package: it is written from the definitions. */

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function zeros(...shape: number[]): Tensor {
  return { shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) };
}

export function tensorOf(values: ArrayLike<number>, ...shape: number[]): Tensor {
  return { shape, data: Float64Array.from(values) };
}

/** ‖a − b‖ / ‖b‖ over all elements: the measure of every comparison with the oracle. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`expected ${b.length} elements, got ${a.length}`);
  let squares = 0;
  let total = 0;
  for (let i = 0; i < b.length; i++) {
    squares += (a[i]! - b[i]!) ** 2;
    total += b[i]! ** 2;
  }
  return Math.sqrt(squares / total);
}
