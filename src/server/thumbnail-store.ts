/** @file Thumbnails that a file had to be decoded for, kept in the run folder within a bound. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

const CHECK_BYTES = 4;
const ENDING = '.webp';

/** Where nothing can be written, nothing is kept, and nobody need know. */
export class ThumbnailStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** Bytes by name, the oldest first; read when first needed. */
  #kept: Promise<Map<string, number>> | undefined;
  #numBytes = 0;

  /** @param maxBytes of all files together */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** @param name letters and digits @returns undefined if it is not kept, or not as it was written */
  async get(name: string): Promise<Uint8Array | undefined> {
    const file = await readFile(this.#pathOf(name)).catch(() => undefined);
    if (file === undefined || file.length < CHECK_BYTES) return undefined;
    const bytes = file.subarray(0, -CHECK_BYTES);
    return crc32(bytes) === file.readUInt32LE(bytes.length) ? bytes : undefined;
  }

  async set(name: string, bytes: Uint8Array): Promise<void> {
    const check = Buffer.alloc(CHECK_BYTES);
    check.writeUInt32LE(crc32(bytes));
    try {
      await makeFolder(this.#folder);
      this.#kept ??= this.#list();
      const kept = await this.#kept;
      await writeFileAtomic(this.#pathOf(name), Buffer.concat([bytes, check]));
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
