import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { input } from '#src/graph/value.js';
import { EDGES_DIM, edgeHistogram, type Indifferent } from '#src/nn/edge-histogram.js';
import { evaluate } from '../method/evaluate.js';

const NONE = { turns: 1, mirrored: false };

async function histogramOf(image: Float32Array, height: number, width: number, indifferent: Indifferent = NONE) {
  const { y } = await evaluate(
    { y: edgeHistogram(input('images', [1, 3, height, width]), indifferent) },
    {
      images: image,
    },
  );
  return y!;
}

function noise(height: number, width: number): Float32Array {
  const random = new Random(5, 'sample');
  return Float32Array.from({ length: 3 * height * width }, () => random.uniform());
}

/** Edge by edge: its angle and strength, shared out among four cells and eight directions. */
function byPixel(image: Float32Array, height: number, width: number): Float64Array {
  const parts = new Float64Array(EDGES_DIM);
  const grey = (y: number, x: number): number =>
    (image[y * width + x]! + image[(height + y) * width + x]! + image[(2 * height + y) * width + x]!) / 3;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let [right, down] = [0, 0];
      for (const [by, weight] of [-1, 0, 1].map((by) => [by, by === 0 ? 2 : 1] as const)) {
        right += (weight * (grey(y + by, x + 1) - grey(y + by, x - 1))) / 8;
        down += (weight * (grey(y + 1, x + by) - grey(y - 1, x + by))) / 8;
      }
      const [strength, angle] = [Math.hypot(right, down), Math.atan2(down, right)];
      for (let k = 0; k < 8; k++) {
        const cosine = Math.max(0, Math.cos(angle - (k * Math.PI) / 4));
        for (let row = 0; row < 4; row++) {
          for (let column = 0; column < 4; column++) {
            const near = (at: number, extent: number, cell: number): number =>
              Math.max(0, 1 - Math.abs(((at - 0.5) / (extent - 2)) * 4 - 0.5 - cell));
            parts[(k * 4 + row) * 4 + column]! +=
              strength * cosine ** 4 * near(y, height, row) * near(x, width, column);
          }
        }
      }
    }
  }
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => Math.sqrt(part / sum));
}

/** A quarter to the left. */
function turned(image: Float32Array, side: number): Float32Array {
  return Float32Array.from(image, (_, i) => {
    const [c, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    return image[(c * side + x) * side + (side - 1 - y)]!;
  });
}

function mirrored(image: Float32Array, side: number): Float32Array {
  return Float32Array.from(image, (_, i) => image[i - (i % side) + (side - 1 - (i % side))]!);
}

function farApart(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

describe('edgeHistogram', () => {
  for (const [height, width] of [
    [18, 18],
    [9, 25],
    [64, 40],
  ] as const) {
    it(`shares out the edges of ${height} × ${width} pixels as a loop over them does`, async () => {
      const image = noise(height, width);
      const got = await histogramOf(image, height, width);
      const expected = byPixel(image, height, width);
      got.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3));
      expect(got.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
    });
  }

  it('of a picture that gets lighter to the right has that direction most, and none to the left', async () => {
    const image = Float32Array.from({ length: 3 * 400 }, (_, i) => (i % 20) / 20);
    const got = await histogramOf(image, 20, 20);
    const cells = (k: number): number[] => Array.from(got.subarray(16 * k, 16 * k + 16), (value) => value ** 2);
    const parts = Array.from({ length: 8 }, (_, k) => cells(k).reduce((a, b) => a + b, 0));
    [2 / 3, 1 / 6, 0, 0, 0, 0, 0, 1 / 6].forEach((part, k) => void expect(parts[k]).toBeCloseTo(part, 4));
  });

  it('of one colour is nothing, and does not divide by it', async () => {
    const got = await histogramOf(new Float32Array(3 * 64).fill(0.4), 8, 8);
    expect(Math.max(...got)).toBeLessThan(1e-4);
  });

  const image = noise(18, 18);
  const quarter = turned(image, 18);
  const half = turned(quarter, 18);
  for (const [turns, isMirrored, same, others] of [
    [1, false, [], [quarter, half, mirrored(image, 18)]],
    [1, true, [mirrored(image, 18)], [quarter, half]],
    [2, false, [half], [quarter, mirrored(image, 18)]],
    [2, true, [half, mirrored(image, 18), mirrored(half, 18)], [quarter]],
    [4, false, [quarter, half, turned(half, 18)], [mirrored(image, 18)]],
    [4, true, [quarter, half, mirrored(image, 18), mirrored(quarter, 18)], []],
  ] as const) {
    it(`is the same for ${turns} ways up${isMirrored ? ' and mirrored' : ''}, and for no others`, async () => {
      const indifferent = { turns, mirrored: isMirrored };
      const of = await histogramOf(image, 18, 18, indifferent);
      for (const other of same) expect(farApart(of, await histogramOf(other, 18, 18, indifferent))).toBeLessThan(1e-4);
      for (const other of others)
        expect(farApart(of, await histogramOf(other, 18, 18, indifferent))).toBeGreaterThan(1e-2);
    });
  }
});
