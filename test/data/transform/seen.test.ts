/** @file What the encoder sees, beside what sharp cuts out of the same picture. */
import { expect, it } from 'vitest';
import { seenOf } from '#src/data/transform/seen.js';
import { encoder, noise } from '../pictures.js';

/** Colours are normalised for the encoder, and must come back. */
const colours = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] } as const;

it('is the middle of a long picture, with `crop`', async () => {
  const picture = noise(14, 8);
  const middle = await encoder(picture).extract({ left: 3, top: 0, width: 8, height: 8 }).raw().toBuffer();
  const seen = seenOf(picture, { size: 8, resize: 8, fit: 'crop', ...colours });
  expect([seen.width, seen.height]).toEqual([8, 8]);
  expect(Buffer.compare(seen.pixels, middle)).toBe(0);
});

it('is all of a long picture, with `pad`', async () => {
  const picture = noise(8, 4);
  const seen = seenOf(picture, { size: 8, resize: 8, fit: 'pad', ...colours });
  const inside = await encoder(seen).extract({ left: 0, top: 2, width: 8, height: 4 }).raw().toBuffer();
  expect(Buffer.compare(inside, picture.pixels)).toBe(0);
  const above = Array.from({ length: 16 }, (_, i) => String(seen.pixels.slice(3 * i, 3 * i + 3)));
  expect(new Set(above).size).toBe(1);
});
