/** @file Thumbnails that a file had to be decoded for, kept in the run folder within a bound. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { oneByOne } from '../core/one-by-one.js';
import type { FileStamp } from '../data/cache/cache-format.js';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

/** Behind a thumbnail: size and time of the file it is of, then a check of all. */
const STAMP_BYTES = 16;
const CHECK_BYTES = 4;
const ENDING = '.webp';

/** Where nothing can be written, nothing is kept, and nobody need know. */
export class ThumbnailStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Bytes by name, the oldest first; read when first needed. */
  #kept: Promise<Map<string, number>> | undefined;
  #numBytes = 0;
  readonly #alone = oneByOne();

  /** @param maxBytes of all files together */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * @param name letters and digits
   * @param of the picture's file as it now is; undefined if that is gone, and what was made of it will do
   * @returns undefined if it is not kept, is of another file, or is not as it was written
   */
  async get(name: string, of?: FileStamp): Promise<Uint8Array | undefined> {
    const file = await readFile(this.#pathOf(name)).catch(() => undefined);
    if (file === undefined || file.length < STAMP_BYTES + CHECK_BYTES) return undefined;
    const checked = file.subarray(0, -CHECK_BYTES);
    if (checkOf(checked) !== file.readUInt32LE(checked.length)) return undefined;
    if (of !== undefined && !stampOf(of).equals(checked.subarray(-STAMP_BYTES))) return undefined;
    return checked.subarray(0, -STAMP_BYTES);
  }

  /** One at a time: what has just been written is not to be removed as the oldest. */
  set(name: string, thumbnail: Uint8Array, of: FileStamp): Promise<void> {
    return this.#alone(() => this.#write(name, thumbnail, of));
  }

  async #write(name: string, thumbnail: Uint8Array, of: FileStamp): Promise<void> {
    const checked = Buffer.concat([thumbnail, stampOf(of)]);
    const check = Buffer.alloc(CHECK_BYTES);
    check.writeUInt32LE(checkOf(checked));
    const bytes = Buffer.concat([checked, check]);
    try {
      await makeFolder(this.#folder);
      this.#kept ??= this.#list();
      const kept = await this.#kept;
      await writeFileAtomic(this.#pathOf(name), bytes);
      this.#numBytes += bytes.length - (kept.get(name) ?? 0);
      kept.delete(name);
      kept.set(name, bytes.length);
      for (const [oldest, numBytes] of kept) {
        if (this.#numBytes <= this.#maxBytes) break;
        kept.delete(oldest);
        this.#numBytes -= numBytes;
        await rm(this.#pathOf(oldest), { force: true });
      }
    } catch {
      // A disk that is full or may not be written to.
    }
  }

  async #list(): Promise<Map<string, number>> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ENDING));
    const files = await Promise.all(
      names.map(async (name) => ({ name: name.slice(0, -ENDING.length), ...(await stat(join(this.#folder, name))) })),
    );
    files.sort((a, b) => a.mtimeMs - b.mtimeMs);
    this.#numBytes = files.reduce((sum, { size }) => sum + size, 0);
    return new Map(files.map(({ name, size }) => [name, size]));
  }

  #pathOf(name: string): string {
    return join(this.#folder, name + ENDING);
  }
}

function stampOf({ size, mtimeMs }: FileStamp): Buffer {
  const stamp = Buffer.alloc(STAMP_BYTES);
  stamp.writeDoubleLE(size);
  stamp.writeDoubleLE(mtimeMs, 8);
  return stamp;
}

/** Another than of files without a stamp, so that none is taken for one. */
function checkOf(bytes: Uint8Array): number {
  return crc32(bytes, STAMP_BYTES);
}
