/** @file Pictures to be looked at, by their ids: from their files, from files of records, or else from a run's cache. */
import { type Stats, statSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { DamageError, RunError } from '../core/errors.js';
import type { OnDamage } from '../core/used-instead.js';
import { openCache, type PictureCache } from './cache/cache.js';
import { decodeWhole, reduced } from './decode/decode.js';
import { imageHeader } from './decode/image-header.js';
import { openImage } from './decode/open-image.js';
import { MAX_PIXELS } from './decode/reduced-size.js';
import type { Rgb } from './picture.js';
import { readById } from './scan/read-by-id.js';

/** A picture that is asked for. */
export interface Wanted {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  /** SHA-256 of its bytes, where it is known: then the cache has it under any name. */
  readonly hash?: string | undefined;
}

/** A picture as it was drawn. */
interface Drawn<T> {
  readonly drawn: T;
  /** Whether its file is gone or cannot be read, so that this is what the cache has of it. */
  readonly isCached: boolean;
}

/** What a cache has of a picture. */
export interface CachedPicture extends Rgb {
  /** Whether the picture itself may have more pixels. */
  readonly isReduced: boolean;
}

export class PicturesAtHand {
  readonly #cachePath: string | undefined;
  #onDamage: OnDamage | undefined;
  /** Null where there is none, or a damaged one. */
  #cache: PictureCache | null | undefined;
  /** When the cache was written. */
  #writtenMs: number | undefined;
  /** By id, and by the SHA-256 of the bytes. */
  #places: ReadonlyMap<string, number> | undefined;

  /**
   * @param cachePath of a run, whose cache is looked into for what is gone; default none
   * @param onDamage told once if that is damaged
   */
  constructor(cachePath?: string, onDamage?: OnDamage) {
    this.#cachePath = cachePath;
    this.#onDamage = onDamage;
  }

  /**
   * Draws a whole picture.
   *
   * @param draw is given it upright and opaque; called once more, with what the cache has, if the file turns out damaged
   * @throws why its file cannot be read, if the cache has nothing of it
   */
  async draw<T>(wanted: Wanted, draw: (image: Sharp) => Promise<T>): Promise<Drawn<T>> {
    try {
      const found = await readById(wanted.id);
      const image = found instanceof Uint8Array ? (await openImage(found, MAX_PIXELS)).image : imageOf(found);
      return { drawn: await draw(image), isCached: false };
    } catch (error) {
      const cached = this.cached(wanted);
      if (cached === undefined) throw error;
      return { drawn: await draw(imageOf(cached)), isCached: true };
    }
  }

  /** The pixels of a picture, reduced as for the cache; throws as `draw` does. */
  async reduced(wanted: Wanted, shortSide: number): Promise<Rgb> {
    try {
      const found = await readById(wanted.id);
      if (!(found instanceof Uint8Array)) return await reduced(found, shortSide);
      return await decodeWhole(found, (await imageHeader(found)).autoOrient, shortSide);
    } catch (error) {
      const cached = this.cached(wanted);
      if (cached === undefined) throw error;
      return cached;
    }
  }

  /** What the cache has of a picture, if it is there and whole. */
  cached(wanted: Wanted): CachedPicture | undefined {
    const place = this.placeOf(wanted);
    return place === undefined ? undefined : this.cachedAt(place);
  }

  /** The place of a picture in the cache, if it is there. */
  placeOf({ id, hash }: Wanted): number | undefined {
    this.#places ??= this.#orNone(() => placesOf(this.#openCache())) ?? new Map();
    return this.#places.get(hash ?? id);
  }

  /** Whether the file of a picture is another than the one that the cache was made from. */
  hasChanged(place: number, file: Stats): boolean {
    const cache = this.#openCache();
    if (cache === null) return false;
    // Mostly nothing has happened to it since, and what it was like need not be read.
    this.#writtenMs ??= statSync(cache.dir).mtimeMs;
    if (file.ctimeMs <= this.#writtenMs) return false;
    const stamp = this.#orNone(() => cache.stamps)?.[place];
    return stamp !== undefined && (stamp.size !== file.size || stamp.mtimeMs !== file.mtimeMs);
  }

  /** The same of a place in the cache, for which the names of all pictures need not be read. */
  cachedAt(place: number): CachedPicture | undefined {
    const cache = this.#openCache();
    const picture = cache === null ? undefined : this.#orNone(() => cache.read(place));
    return picture && { ...picture, isReduced: Math.min(picture.width, picture.height) >= cache!.shortSide };
  }

  close(): void {
    this.#cache?.close();
    this.#cache = null;
  }

  #openCache(): PictureCache | null {
    if (this.#cache !== undefined) return this.#cache;
    const path = this.#cachePath;
    this.#cache = (path !== undefined && this.#orNone(() => openCache(path))) || null;
    return this.#cache;
  }

  /** A cache that is not there or damaged has nothing. */
  #orNone<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      if (error instanceof DamageError) {
        this.#onDamage?.(new DamageError(`${error.message} Until then pictures are drawn from their files.`));
        this.#onDamage = undefined;
      }
      return undefined;
    }
  }
}

function placesOf(cache: PictureCache | null): ReadonlyMap<string, number> {
  return new Map([...(cache?.keys ?? []), ...(cache?.ids ?? [])].map((name, i) => [name, i % cache!.length]));
}

/** Pixels as something to be resized and written. */
export function imageOf({ width, height, pixels }: Rgb): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
