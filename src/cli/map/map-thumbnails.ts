/** @file Small square pictures of a collection. */
import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Collection } from '../../collection/collection.js';
import { openCache } from '../../data/cache/cache.js';
import { openImage } from '../../data/decode/open-image.js';
import { openable } from '../../data/scan/file-name.js';
import { MAX_PIXELS } from '../../data/scan/scan.js';

/** Gives the middle square of a picture, uint8[side, side, 3]; undefined if the picture is gone. */
export type ThumbnailOf = (row: number, side: number) => Promise<Uint8Array | undefined>;

/**
 * Reads pictures while `work` asks for them: from the run's cache where they are in it, else from their files.
 *
 * @param cachePath the cache of the run
 */
export async function withThumbnails<T>(
  { source, pictures }: Collection,
  cachePath: string,
  work: (thumbnailOf: ThumbnailOf) => Promise<T>,
): Promise<T> {
  const cache = source !== 'index' ? openCache(cachePath) : undefined;
  const open = async (row: number): Promise<Sharp> => {
    if (cache === undefined) return (await openImage(await readFile(openable(pictures[row]!.id)), MAX_PIXELS)).image;
    const { width, height, pixels } = cache.read(row);
    return sharp(pixels, { raw: { width, height, channels: 3 } });
  };
  try {
    return await work(async (row, side) => {
      try {
        const image = (await open(row)).resize(side, side, { fit: 'cover' });
        return await image.toColourspace('srgb').raw().toBuffer();
      } catch {
        return undefined;
      }
    });
  } finally {
    cache?.close();
  }
}
