/** @file Two float32 of memory as two float64, and back. */

/** Bytes of two float32. */
export const TWO: usize = 8;

export function loadTwo(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

export function storeTwo(at: usize, values: v128): void {
  v128.store64_lane(at, f32x4.demote_f64x2_zero(values), 0);
}

/** Stores the first of two. */
export function storeOne(at: usize, values: v128): void {
  v128.store32_lane(at, f32x4.demote_f64x2_zero(values), 0);
}

export function both(value: f64): v128 {
  return f64x2.splat(value);
}

/** @returns at least 0 and at most `most` */
export function clamp(values: v128, most: f64): v128 {
  return f64x2.pmin(f64x2.pmax(values, both(0)), both(most));
}
