import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '#src/core/half.js';
import { Random } from '#src/core/random.js';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

describe('toFloat16', () => {
  it('gives back the bits of every half-wide number but NaN', () => {
    const values = fromFloat16(ALL);
    const back = toFloat16(values);
    expect(ALL.filter((bits) => back[bits] !== bits && !Number.isNaN(values[bits]))).toEqual(new Uint16Array());
    expect(toFloat16(Float32Array.of(Number.NaN))).toEqual(Uint16Array.of(0x7e00));
  });

  it('takes the nearest of all of them, of every size', () => {
    const finite = [...fromFloat16(ALL.subarray(0, 0x7c00))];
    const random = new Random(3, 'sample');
    for (let i = 0; i < 2000; i++) {
      const x = Math.fround(2 ** random.uniform(-27, 15.9) * (random.uniform() < 0.5 ? -1 : 1));
      const [rounded] = fromFloat16(toFloat16(Float32Array.of(x)));
      // Binary search for the neighbours of |x|.
      let [low, high] = [0, finite.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (finite[middle]! <= Math.abs(x)) low = middle;
        else high = middle;
      }
      const error = Math.abs(Math.abs(x) - Math.abs(rounded!));
      expect(error).toBe(Math.min(Math.abs(x) - finite[low]!, Math.abs(finite[high]! - Math.abs(x))));
      expect(Math.sign(rounded!) === Math.sign(x) || rounded === 0).toBe(true);
    }
  });

  it('rounds ties to even, carries into the exponent, and overflows from 65520 on', () => {
    const ulp = 2 ** -10;
    const values = [1 + ulp / 2, 1 + 1.5 * ulp, 2 - ulp / 2, 2 ** -25, 3 * 2 ** -25, 65519, 65520, -65520, 1e30, -0];
    const expected = [1, 1 + 2 * ulp, 2, 0, 2 ** -23, 65504, Infinity, -Infinity, Infinity, -0];
    expect([...fromFloat16(toFloat16(Float32Array.from(values)))]).toEqual(expected);
  });
});
