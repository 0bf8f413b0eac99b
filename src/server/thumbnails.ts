/** @file Small WebP pictures, made when they are asked for and kept while they are. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnDamage } from '../core/used-instead.js';
import type { Rgb } from '../data/picture.js';
import { imageOf, PicturesAtHand } from '../data/pictures-at-hand.js';
import { openable } from '../data/scan/file-name.js';
import { fileOfRecord } from '../data/scan/read-by-id.js';
import { Decoder } from './decoding/decoder.js';
import { MAX_OWN_BYTES } from './decoding/decoding-cost.js';
import { encodeThumbnail } from './decoding/thumbnail.js';
import { Gate } from './gate.js';
import { Lru } from './lru.js';
import type { PictureSource } from './questions.js';
import { ThumbnailStore } from './thumbnail-store.js';

/** Longest sides, in pixels. */
export const THUMBNAIL_SIZES = [64, 128, 256, 512, 1024] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** As long as WebP allows. */
const WHOLE = 16383;
/** Some ten thousand thumbnails of 128 pixels. */
const KEPT_BYTES = 64e6;
/** On disk; a photograph takes a tenth of a second to be made small. */
const STORED_BYTES = 256e6;
/** Of the pool of threads that the page's files need as well. */
const AT_ONCE = 2;

export class Thumbnails {
  readonly #kept = new Lru(KEPT_BYTES);
  readonly #gate = new Gate({ open: AT_ONCE, waiting: Number.POSITIVE_INFINITY });
  readonly #decoder = new Decoder({ maxBytes: MAX_OWN_BYTES });
  readonly #onDamage: OnDamage | undefined;
  /** Of the cache that was asked for last: an update of the pictures makes another. */
  #atHand: { readonly cachePath: string; readonly pictures: PicturesAtHand } | undefined;
  readonly #store: ThumbnailStore;

  /**
   * @param runPath the run folder
   * @param onDamage told once if its cache is damaged and the pictures' files are used instead
   */
  constructor(runPath: string, onDamage?: OnDamage) {
    this.#onDamage = onDamage;
    this.#store = new ThumbnailStore(join(runPath, 'thumbnails'), STORED_BYTES);
  }

  /** Names the bytes that `render` gives, without making them. */
  async tag({ key, path }: PictureSource, size: ThumbnailSize): Promise<string> {
    return tagOf(key, size, await fileOf(path));
  }

  /**
   * The whole picture, upright, `size` pixels long, or as large as it is where that is less. A file that has changed since the run
   * has seen it is shown as it is now.
   *
   * @returns a WebP file
   * @throws {RequestError} 404, if the picture is no longer where it was
   */
  async render(source: PictureSource, size: ThumbnailSize): Promise<Uint8Array> {
    const file = await fileOf(source.path);
    const tag = tagOf(source.key, size, file);
    const kept = this.#kept.get(tag);
    if (kept !== undefined) return kept;
    const webp = await this.#make(source, size, file);
    this.#kept.set(tag, webp);
    return webp;
  }

  /** The picture as large as it is, which is not kept; else as `render`. */
  async whole(source: PictureSource): Promise<Uint8Array> {
    return this.#make(source, WHOLE, await fileOf(source.path));
  }

  close(): void {
    this.#decoder.close();
    this.#atHand?.pictures.close();
  }

  #picturesIn(cachePath: string): PicturesAtHand {
    if (this.#atHand?.cachePath !== cachePath) {
      this.#atHand?.pictures.close();
      this.#atHand = { cachePath, pictures: new PicturesAtHand(cachePath, this.#onDamage) };
    }
    return this.#atHand.pictures;
  }

  async #make(source: PictureSource, size: number, file: Stats | undefined): Promise<Uint8Array> {
    const { key, path, cachePath } = source;
    const atHand = this.#picturesIn(cachePath);
    const place = source.place ?? atHand.placeOf({ id: path, hash: key });
    const cached = place === undefined ? undefined : atHand.cachedAt(place);
    const hasChanged = place !== undefined && file !== undefined && atHand.hasChanged(place, file);
    const ofCached = (picture: Rgb): Promise<Uint8Array> =>
      this.#gate.pass(() => encodeThumbnail(imageOf(picture), size));
    // Where its file would give no sharper one.
    if (cached && !hasChanged && (!cached.isReduced || Math.max(cached.width, cached.height) >= size))
      return ofCached(cached);
    try {
      if (size === WHOLE) return await this.#decoder.thumbnail(path, size);
      const name = `${key.slice(0, 32)}-${size}`;
      const stored = await this.#store.get(name, file);
      if (stored !== undefined) return stored;
      const webp = await this.#decoder.thumbnail(path, size);
      if (file !== undefined) await this.#store.set(name, webp, file);
      return webp;
    } catch (error) {
      if (cached !== undefined) return ofCached(cached);
      throw error;
    }
  }
}

/** A picture's file as it now is; undefined of what is gone. */
function fileOf(id: string): Promise<Stats | undefined> {
  return stat(openable(id)).catch(() => stat(openable(fileOfRecord(id))).catch(() => undefined));
}

function tagOf(key: string, size: number, file: Stats | undefined): string {
  return `"${key.slice(0, 32)}-${size}${file === undefined ? '' : `-${file.size}-${file.mtimeMs}`}"`;
}
