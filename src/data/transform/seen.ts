/** @file What the encoder sees of a picture, to be looked at. */
import type { Rgb } from '../picture.js';
import { CentreCropper, type TestTransform } from './centre-crop.js';

/**
 * The square that the encoder is given of a picture, before its colours are normalised; each level is rounded to 8 bits.
 *
 * @param picture reduced as for the cache
 */
export function seenOf(picture: Rgb, transform: TestTransform): Rgb {
  const { size } = transform;
  const area = size * size;
  const image = new Float32Array(3 * area);
  new CentreCropper({ ...transform, mean: [0, 0, 0], std: [1, 1, 1] }).apply(picture, image);
  const pixels = new Uint8Array(3 * area);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(255 * image[(i % 3) * area + Math.floor(i / 3)]!);
  return { width: size, height: size, pixels };
}
