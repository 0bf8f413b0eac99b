/**
 * @file A cache in shares, as several ranks have built it: a folder for each, and `shares.json`, which has their lengths and
 * fingerprints. Its pictures are those of the first share, then those of the second, and so on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArgumentError } from '../../core/errors.js';
import { refuseNewer } from '../../core/newer.js';
import type { Rgb } from '../picture.js';
import { syncFolder } from './appender.js';
import { damage, unreadable } from './cache-files.js';
import { CacheFolder } from './cache-folder.js';
import { CACHE_VERSION, contentKey, FILES, type FileStamp } from './cache-format.js';
import type { PictureCache } from './picture-cache.js';

const SHARES = 'shares.json';

/** What is known of a share without opening it. */
export interface CachedShare {
  readonly numPictures: number;
  readonly fingerprint: string;
}

const sharesSchema = z.strictObject({
  version: z.literal(CACHE_VERSION),
  shares: z.array(z.strictObject({ numPictures: z.int().positive(), fingerprint: z.string() })).min(2),
});

/** Where a share lies. */
export function sharePath(dir: string, share: number, of: number): string {
  return of === 1 ? dir : join(dir, `share-${share}-of-${of}`);
}

/**
 * @returns undefined if it is a cache of one folder, or there is none
 * @throws {DamageError} if the list of shares is damaged
 */
export function readShares(dir: string): readonly CachedShare[] | undefined {
  const path = join(dir, SHARES);
  if (!existsSync(path)) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, 'the shares of a picture cache', error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damage(path, 'the shares of a picture cache', text.slice(0, 80));
  }
  refuseNewer(path, value, CACHE_VERSION);
  const parsed = sharesSchema.safeParse(value);
  if (parsed.success) return parsed.data.shares;
  throw damage(path, 'the shares of a picture cache', text.slice(0, 80));
}

/** Makes one cache of shares that are whole. */
export async function writeShares(dir: string, shares: readonly CachedShare[]): Promise<void> {
  const partial = join(dir, `${SHARES}.partial`);
  await using file = await open(partial, 'w');
  await file.writeFile(`${JSON.stringify({ version: CACHE_VERSION, shares })}\n`);
  await file.sync();
  await rename(partial, join(dir, SHARES));
  await syncFolder(dir);
}

/** Removes what is no share of so many: another cache, and shares of another number. */
export async function removeOtherShares(dir: string, of: number): Promise<void> {
  const names = await readdir(dir).catch((): string[] => []);
  const isCache = names.includes(FILES.header);
  const isOther = (name: string): boolean => !new RegExp(`^share-\\d+-of-${of}$`).test(name);
  for (const name of names.filter((each) => isCache || isOther(each))) {
    await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** Opens shares when they are first read: a rank that reads its own opens no other. */
export class SharedCache implements PictureCache {
  readonly dir: string;
  readonly length: number;
  readonly fingerprint: string;
  readonly #firsts: readonly number[];
  readonly #opened: (CacheFolder | undefined)[];
  readonly #lists = new Map<string, readonly unknown[]>();

  constructor(dir: string, shares: readonly CachedShare[]) {
    this.dir = dir;
    let length = 0;
    this.#firsts = shares.map(({ numPictures }) => {
      length += numPictures;
      return length - numPictures;
    });
    this.length = length;
    this.fingerprint = contentKey(Buffer.from(JSON.stringify(shares.map(({ fingerprint }) => fingerprint))));
    this.#opened = shares.map(() => undefined);
  }

  get shortSide(): number {
    return this.#open(0).shortSide;
  }

  get ids(): readonly string[] {
    return this.#all('ids');
  }

  get labels(): readonly (string | undefined)[] {
    return this.#all('labels');
  }

  get keys(): readonly string[] {
    return this.#all('keys');
  }

  get stamps(): readonly FileStamp[] {
    return this.#all('stamps');
  }

  read(i: number): Rgb {
    if (!(Number.isInteger(i) && i >= 0 && i < this.length)) {
      throw new ArgumentError(`picture: expected an integer in [0, ${this.length}), got ${i}`);
    }
    const share = this.#firsts.findLastIndex((first) => first <= i);
    return this.#open(share).read(i - this.#firsts[share]!);
  }

  close(): void {
    for (const folder of this.#opened) folder?.close();
  }

  #open(share: number): CacheFolder {
    const folder = this.#opened[share] ?? new CacheFolder(sharePath(this.dir, share, this.#opened.length));
    this.#opened[share] = folder;
    return folder;
  }

  #all<Name extends 'ids' | 'labels' | 'keys' | 'stamps'>(name: Name): PictureCache[Name] {
    const list =
      this.#lists.get(name) ?? this.#opened.flatMap((_, share): readonly unknown[] => this.#open(share)[name]);
    this.#lists.set(name, list);
    return list as PictureCache[Name];
  }
}
