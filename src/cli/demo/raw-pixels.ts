/** @file Raw pixels as features: what learning is measured against. */
import { normalizeRows } from '../../core/vector.js';
import type { PictureEncoder } from '../../run/embed.js';

/** Takes the pixels that an encoder is given for its features, brought to unit length. */
export function rawPixels({ transform }: PictureEncoder): PictureEncoder {
  const dim = 3 * transform.size ** 2;
  return {
    dim,
    transform,
    encode: async (images, count) => {
      const rows = images.slice(0, count * dim);
      normalizeRows(rows, dim);
      return rows;
    },
  };
}
