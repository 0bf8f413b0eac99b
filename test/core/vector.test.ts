import { expect, it } from 'vitest';
import { checkFinite, dot, firstNotFinite, gatherRows, normalizeRows } from '#src/core/vector.js';

it('multiplies vectors of any length from anywhere in their arrays', () => {
  for (let dim = 0; dim < 10; dim++) {
    const a = Float32Array.from({ length: dim + 2 }, (_, i) => i - 3);
    const b = Float32Array.from({ length: dim + 1 }, (_, i) => 2 * i + 1);
    let expected = 0;
    for (let i = 0; i < dim; i++) expected += a[2 + i]! * b[1 + i]!;
    expect(dot(a, 2, b, 1, dim)).toBe(expected);
  }
});

it('scales rows to length one and leaves a row of zeros', () => {
  const rows = Float32Array.of(3, 4, 0, 0, -2, 0);
  normalizeRows(rows, 2);
  expect([...rows]).toEqual([0.6, 0.8, 0, 0, -1, 0].map(Math.fround));
});

it('gathers rows in the order they are asked for, as often as they are', () => {
  const rows = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect([...gatherRows(rows, Int32Array.of(2, 0, 2), 2)]).toEqual([5, 6, 1, 2, 5, 6]);
});

it('finds the first number that is not finite, wherever it is and whatever is beside it', () => {
  for (const spoilt of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (let length = 1; length < 11; length++) {
      for (let place = 0; place < length; place++) {
        const values = Float32Array.from({ length }, (_, i) => (i % 2 ? 3.4e38 : -3.4e38));
        expect(firstNotFinite(values)).toBe(-1);
        values.fill(spoilt, place, place + 1);
        expect(firstNotFinite(values)).toBe(place);
        // One of each sign must not cancel.
        values[0] = -spoilt;
        expect(firstNotFinite(values)).toBe(0);
      }
    }
  }
  expect(firstNotFinite(new Float32Array())).toBe(-1);
  expect(() => checkFinite(Float64Array.of(1, Number.NaN), 'loss')).toThrow('loss: expected finite numbers, got NaN.');
});
