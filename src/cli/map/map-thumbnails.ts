/** @file Small square pictures of a collection. */
import type { Sharp } from 'sharp';
import type { Collection } from '../../collection/collection.js';
import type { OnDamage } from '../../core/used-instead.js';
import { failureReason, type Skipped } from '../../data/picture.js';
import { imageOf, PicturesAtHand } from '../../data/pictures-at-hand.js';

/** Gives the middle square of a picture, uint8[side, side, 3]; undefined if it cannot be read. */
export type ThumbnailOf = (row: number, side: number) => Promise<Uint8Array | undefined>;

/**
 * Reads pictures while `work` asks for them: from the run's cache where they are in it, else from their files.
 *
 * @param cachePath the cache of the run
 * @param onUndrawn told of each picture that cannot be read
 * @param onDamage told once of a damaged cache, in whose place files are read
 */
export async function withThumbnails<T>(
  { pictures }: Collection,
  cachePath: string,
  work: (thumbnailOf: ThumbnailOf) => Promise<T>,
  onUndrawn: (undrawn: Skipped) => void,
  onDamage: OnDamage,
): Promise<T> {
  const atHand = new PicturesAtHand(cachePath, onDamage);
  try {
    return await work(async (row, side) => {
      const square = (image: Sharp): Promise<Buffer> =>
        image.resize(side, side, { fit: 'cover' }).toColourspace('srgb').raw().toBuffer();
      try {
        const cached = atHand.cached(pictures[row]!);
        return await (cached === undefined
          ? (await atHand.draw(pictures[row]!, square)).drawn
          : square(imageOf(cached)));
      } catch (error) {
        onUndrawn({ path: pictures[row]!.id, reason: failureReason(error) });
        return undefined;
      }
    });
  } finally {
    atHand.close();
  }
}
