import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';

/** float32[n, dim], uniform on the sphere. */
export function onSphere(n: number, dim: number, seed = 2): Float32Array {
  const random = new Random(seed, 'sample', dim);
  const rows = Float32Array.from({ length: n * dim }, () => random.normal());
  normalizeRows(rows, dim);
  return rows;
}

/** The unit vectors along the axes, one after the other, `times` times. */
export function axes(count: number, dim: number, times = 1): Float32Array {
  return Float32Array.from({ length: times * count * dim }, (_, i) =>
    i % dim === Math.floor(i / dim) % count ? 1 : 0,
  );
}
