/** @file How close two views of the same picture are. */

/**
 * Alignment: E ‖x − y‖² over pairs of features of the same picture (Wang and Isola 2020, eq. 1, α = 2).
 *
 * @param firsts float32[n, dim], unit rows
 * @param seconds float32[n, dim], unit rows: another view of each picture
 * @returns in [0, 4]: 0 where the views of each picture are the same, 2 where they are at right angles; NaN for no pairs
 */
export function alignment(firsts: Float32Array, seconds: Float32Array, dim: number): number {
  let sum = 0;
  for (let i = 0; i < firsts.length; i++) sum += (firsts[i]! - seconds[i]!) ** 2;
  return (sum * dim) / firsts.length;
}
