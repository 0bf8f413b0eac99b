/** @file Small WebP pictures, made when they are asked for and kept while they are. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { MAX_PIXELS, openCache, type PictureCache } from '../data/index.js';
import { failureReason } from '../data/picture.js';
import { Lru } from './lru.js';
import { RequestError } from './problem.js';
import type { PictureSource } from './service.js';

/** Longest sides, in pixels. */
export const THUMBNAIL_SIZES = [64, 128, 256, 512] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** Some ten thousand thumbnails of 128 pixels. */
const KEPT_BYTES = 64e6;
const QUALITY = 85;

export class Thumbnails {
  readonly #cachePath: string;
  readonly #kept = new Lru(KEPT_BYTES);
  #cache: PictureCache | undefined;

  /** @param runPath the run folder, whose cache holds its pictures */
  constructor(runPath: string) {
    this.#cachePath = join(runPath, 'cache');
  }

  /** Names the bytes that `render` gives, without making them. */
  static tag({ key }: PictureSource, size: ThumbnailSize): string {
    return `"${key.slice(0, 32)}-${size}"`;
  }

  /**
   * The whole picture, upright, `size` pixels long, or as large as it is where that is less.
   *
   * @returns a WebP file
   * @throws {RequestError} 404, if the picture is no longer where it was
   */
  async render(source: PictureSource, size: ThumbnailSize): Promise<Uint8Array> {
    const tag = Thumbnails.tag(source, size);
    const kept = this.#kept.get(tag);
    if (kept !== undefined) return kept;
    const webp = await this.#make(source, size);
    this.#kept.set(tag, webp);
    return webp;
  }

  close(): void {
    this.#cache?.close();
  }

  async #make(source: PictureSource, size: ThumbnailSize): Promise<Uint8Array> {
    const cached = source.place === undefined ? undefined : this.#fromCache(source.place, size);
    if (cached?.isSharp) return encode(cached.image, size);
    try {
      // Read here, as libvips would name the path in its errors, which clients see.
      return await encode(sharp(await readFile(source.path), { limitInputPixels: MAX_PIXELS }), size);
    } catch (error) {
      if (cached !== undefined) return encode(cached.image, size);
      throw new RequestError(404, `picture: expected its file to be where it was, got: ${failureReason(error)}`);
    }
  }

  /** The decoded picture, and whether its file would give no sharper thumbnail. */
  #fromCache(place: number, size: ThumbnailSize): { readonly image: Sharp; readonly isSharp: boolean } | undefined {
    if (this.#cache === undefined) {
      if (!existsSync(this.#cachePath)) return undefined;
      this.#cache = openCache(this.#cachePath);
    }
    const { width, height, pixels } = this.#cache.read(place);
    const isWhole = Math.min(width, height) < this.#cache.shortSide;
    return {
      image: sharp(pixels, { raw: { width, height, channels: 3 } }),
      isSharp: isWhole || Math.max(width, height) >= size,
    };
  }
}

async function encode(image: Sharp, size: ThumbnailSize): Promise<Uint8Array> {
  return image
    .autoOrient()
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .webp({ quality: QUALITY, smartSubsample: true })
    .toBuffer();
}
