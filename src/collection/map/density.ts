/** @file How crowded it is around each picture. */

/**
 * The part of the other pictures that are more isolated; of equally isolated ones, half.
 *
 * A rank rather than a distance, so that a few far away do not make all others look alike.
 *
 * @param outlier float32[n], mean distances to the nearest pictures
 * @returns float32[n], in [0, 1]
 */
export function densities(outlier: Float32Array): Float32Array {
  const ascending = outlier.slice().sort();
  const n = outlier.length;
  const firstOf = new Map<number, number>();
  const lastOf = new Map<number, number>();
  ascending.forEach((value, place) => {
    if (!firstOf.has(value)) firstOf.set(value, place);
    lastOf.set(value, place);
  });
  return outlier.map((value) => {
    const numLess = firstOf.get(value)!;
    const numMore = n - 1 - lastOf.get(value)!;
    return n === 1 ? 0.5 : (numMore + (n - 1 - numLess - numMore) / 2) / (n - 1);
  });
}
