/** @file Round numbers along the axes of a chart. */

/** Three to six round values from 0 to `top`. */
export function ticks(top: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50].find((size) => top / size <= 5) ?? top;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

/** At most seven whole epochs, the first and about the last among them. */
export function epochTicks(last: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => last / size <= 7) ?? last;
  const multiples = Array.from({ length: Math.floor(last / step) }, (_, index) => (index + 1) * step);
  return step === 1 ? multiples : [1, ...multiples];
}
