/** @file Small square pictures of a collection. */
import type { Sharp } from 'sharp';
import type { Collection } from '../../collection/collection.js';
import { imageOf, PicturesAtHand } from '../../data/pictures-at-hand.js';

/** Gives the middle square of a picture, uint8[side, side, 3]; undefined if the picture is gone. */
export type ThumbnailOf = (row: number, side: number) => Promise<Uint8Array | undefined>;

/**
 * Reads pictures while `work` asks for them: from the run's cache where they are in it, else from their files.
 *
 * @param cachePath the cache of the run
 */
export async function withThumbnails<T>(
  { pictures }: Collection,
  cachePath: string,
  work: (thumbnailOf: ThumbnailOf) => Promise<T>,
): Promise<T> {
  const atHand = new PicturesAtHand(cachePath);
  try {
    return await work(async (row, side) => {
      const square = (image: Sharp): Promise<Buffer> =>
        image.resize(side, side, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer();
      try {
        const cached = atHand.cached(pictures[row]!);
        return await (cached === undefined
          ? (await atHand.draw(pictures[row]!, square)).drawn
          : square(imageOf(cached)));
      } catch {
        return undefined;
      }
    });
  } finally {
    atHand.close();
  }
}
