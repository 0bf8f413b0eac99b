import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { input } from '#src/graph/value.js';
import { colourHistogram, HISTOGRAM_DIM } from '#src/nn/colour-histogram.js';
import { evaluate } from '../method/evaluate.js';

const LEVELS = 8;

async function histogramOf(images: Float32Array, batch: number, height: number, width: number): Promise<Float32Array> {
  const { y } = await evaluate({ y: colourHistogram(input('images', [batch, 3, height, width])) }, { images });
  return y!;
}

/** Each pixel shared out among the eight colours around it, pixel by pixel. */
function byPixel(images: Float32Array, at: number, height: number, width: number, every: number): Float64Array {
  const shares = new Float64Array(LEVELS ** 3);
  let count = 0;
  for (let y = 0; y < height; y += every) {
    for (let x = 0; x < width; x += every) {
      count++;
      const place = [0, 1, 2].map((c) => images[((at * 3 + c) * height + y) * width + x]! * (LEVELS - 1));
      for (let corner = 0; corner < 8; corner++) {
        let share = 1;
        let colour = 0;
        for (const [c, value] of place.entries()) {
          const low = Math.min(Math.floor(value), LEVELS - 2);
          const isHigh = (corner >> c) & 1;
          share *= isHigh ? value - low : 1 - (value - low);
          colour = colour * LEVELS + low + isHigh;
        }
        shares[colour]! += share;
      }
    }
  }
  return shares.map((share) => Math.sqrt(share / count));
}

describe('colourHistogram', () => {
  for (const [height, width, every] of [
    [9, 13, 1],
    [32, 40, 1],
    [70, 64, 2],
  ] as const) {
    it(`shares out the pixels of ${height} × ${width} as a loop over them does`, async () => {
      const random = new Random(3, 'sample');
      const images = Float32Array.from({ length: 2 * 3 * height * width }, () => random.uniform());
      const got = await histogramOf(images, 2, height, width);
      for (const at of [0, 1]) {
        const expected = byPixel(images, at, height, width, every);
        const row = got.subarray(at * HISTOGRAM_DIM, (at + 1) * HISTOGRAM_DIM);
        // Roots of shares near nothing are of float32 only to a thousandth.
        row.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3));
        expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
      }
    });
  }

  it('of a picture of one of its colours has that colour and no other', async () => {
    const colour = [2, 7, 0];
    const images = Float32Array.from({ length: 3 * 16 }, (_, i) => colour[Math.floor(i / 16)]! / (LEVELS - 1));
    const got = await histogramOf(images, 1, 4, 4);
    const of = (2 * LEVELS + 7) * LEVELS;
    expect(got[of]).toBeCloseTo(1, 5);
    expect(got.filter((value) => value > 1e-3)).toHaveLength(1);
  });
});
