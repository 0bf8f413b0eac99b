/** @file Small WebP pictures, made when they are asked for and kept while they are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { RunError } from '../core/errors.js';
import { openCache, type PictureCache } from '../data/cache/cache.js';
import { Decoder } from './decoding/decoder.js';
import { MAX_OWN_BYTES } from './decoding/decoding-cost.js';
import { encodeThumbnail } from './decoding/thumbnail.js';
import { Gate } from './gate.js';
import { Lru } from './lru.js';
import type { PictureSource } from './questions.js';

/** Longest sides, in pixels. */
export const THUMBNAIL_SIZES = [64, 128, 256, 512] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** Some ten thousand thumbnails of 128 pixels. */
const KEPT_BYTES = 64e6;
/** Of the pool of threads that the page's files need as well. */
const AT_ONCE = 2;

interface Cached {
  /** The decoded picture. */
  readonly image: Sharp;
  /** Whether its file would give no sharper thumbnail. */
  readonly isSharp: boolean;
}

export class Thumbnails {
  readonly #cachePath: string;
  readonly #kept = new Lru(KEPT_BYTES);
  readonly #gate = new Gate({ open: AT_ONCE, waiting: Number.POSITIVE_INFINITY });
  readonly #decoder = new Decoder({ maxBytes: MAX_OWN_BYTES });
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
    this.#decoder.close();
    this.#cache?.close();
  }

  async #make(source: PictureSource, size: ThumbnailSize): Promise<Uint8Array> {
    const cached = source.place === undefined ? undefined : this.#tryCache(source.place, size);
    const ofCached = (image: Sharp): Promise<Uint8Array> => this.#gate.pass(() => encodeThumbnail(image, size));
    if (cached?.isSharp) return ofCached(cached.image);
    try {
      return await this.#decoder.thumbnail(source.path, size);
    } catch (error) {
      if (cached !== undefined) return ofCached(cached.image);
      throw error;
    }
  }

  /** A damaged cache is none; the file itself gives the thumbnail then. */
  #tryCache(place: number, size: ThumbnailSize): Cached | undefined {
    try {
      return this.#fromCache(place, size);
    } catch (error) {
      if (error instanceof RunError) return undefined;
      throw error;
    }
  }

  #fromCache(place: number, size: ThumbnailSize): Cached | undefined {
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
