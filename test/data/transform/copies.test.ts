import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { copyOf, ORDINARY_COPIES } from '#src/data/transform/copies.js';

const [width, height] = [200, 120];
const noise = new Random(3, 'sample');
const picture = { width, height, pixels: Uint8Array.from({ length: 3 * width * height }, () => noise.integer(256)) };
const [resaved, rescaled, cropped] = ORDINARY_COPIES;

it('are files of the size that is said, and the same for the same random numbers', async () => {
  for (const kind of ORDINARY_COPIES) {
    const copy = await copyOf(picture, kind, new Random(1, 'sample', 7));
    const header = await sharp(copy.bytes).metadata();
    expect([header.format, header.width, header.height]).toEqual(['jpeg', copy.width, copy.height]);
    expect(await copyOf(picture, kind, new Random(1, 'sample', 7))).toEqual(copy);
    expect((await copyOf(picture, kind, new Random(1, 'sample', 8))).bytes).not.toEqual(copy.bytes);
  }
});

it('are of the same size saved again, of 50 to 80 % of the sides rescaled, and lose 2 to 6 % of each cropped', async () => {
  for (let stream = 0; stream < 20; stream++) {
    const sizeOf = async (kind: typeof resaved): Promise<[number, number]> => {
      const copy = await copyOf(picture, kind!, new Random(2, 'sample', stream));
      return [copy.width / width, copy.height / height];
    };
    expect(await sizeOf(resaved)).toEqual([1, 1]);
    const [scaled, cut] = [await sizeOf(rescaled), await sizeOf(cropped)];
    expect(scaled[0]).toBeCloseTo(scaled[1], 1);
    for (const part of scaled) expect(part > 0.49 && part < 0.81).toBe(true);
    for (const part of cut) expect(part >= 0.935 && part <= 0.985).toBe(true);
  }
});
