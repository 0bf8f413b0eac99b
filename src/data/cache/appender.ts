/** @file A file that is written from front to end in few, large pieces. */

import { type FileHandle, open } from 'node:fs/promises';
import { withPath } from '../../core/system-errors.js';

/** Bytes gathered before they are written. */
const PIECE = 4 << 20;

export class Appender implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  #numBytes = 0;
  #open = true;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens a new file, or empties the one that is there. */
  static async create(path: string): Promise<Appender> {
    return new Appender(path, await open(path, 'w'));
  }

  /** Bytes appended so far. */
  get numBytes(): number {
    return this.#numBytes;
  }

  /** @param bytes kept by reference until they are written; not to be changed */
  async write(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.#gathered += bytes.length;
    this.#numBytes += bytes.length;
    if (this.#gathered >= PIECE) await this.#flush();
  }

  /** Appends a value as one line of JSON. */
  async writeLine(value: unknown): Promise<void> {
    await this.write(Buffer.from(`${JSON.stringify(value)}\n`));
  }

  /** Writes what is left, and returns when it is on the disk. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#told(this.#file.sync());
    await this[Symbol.asyncDispose]();
  }

  /** Closes the file, finished or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#gathered = 0;
    await this.#told(this.#file.writeFile(bytes));
  }

  /** An open file does not say its name when it cannot be written. */
  async #told(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw withPath(error, this.#path);
    }
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(dir: string): Promise<void> {
  // Windows has no such thing for folders; its file system journals names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(dir);
  try {
    await folder.sync();
  } catch (error) {
    throw withPath(error, dir);
  } finally {
    await folder.close();
  }
}
