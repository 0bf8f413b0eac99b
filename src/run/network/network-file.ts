/** @file The file of a network, with the files beside it that hold its weights; and a run's own copy of them. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { DamageError, DataError } from '../../core/errors.js';
import { inputRefused } from '../../core/system-errors.js';
import { replaceFolderAtomic } from '../../store/files/atomic.js';
import { Digest } from '../../store/files/digest.js';
import { makeFolder } from '../../store/files/make-folder.js';

/** What a run's copy is called. */
const COPY = 'model.onnx';

/** A model as bytes, which may keep its weights in further files beside it. */
export class NetworkFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Files beside it that have been asked for, by where the model says they are. */
  readonly #beside = new Map<string, Uint8Array>();

  private constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.bytes = bytes;
  }

  /** @throws {DataError} if it cannot be read */
  static async open(path: string): Promise<NetworkFile> {
    try {
      return new NetworkFile(resolve(path), await readFile(path));
    } catch (error) {
      throw inputRefused(path, 'a file that can be read', error);
    }
  }

  /**
   * Opens the copy in the folder of a run.
   *
   * @throws {DamageError} if it is not there
   */
  static async ofRun(folder: string): Promise<NetworkFile> {
    try {
      return await NetworkFile.open(join(folder, COPY));
    } catch (error) {
      throw new DamageError(
        `${join(folder, COPY)}: expected the network of the run, got: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  /**
   * The bytes of a file beside the model.
   *
   * @param location as the model gives it
   * @throws {DataError} if it is not there, or not in the model's folder
   */
  beside(location: string): Uint8Array {
    const known = this.#beside.get(location);
    if (known !== undefined) return known;
    const folder = dirname(this.path);
    const path = join(folder, location);
    // A model is somebody else's: what it names must not lead anywhere else.
    if (location === '' || isAbsolute(location) || !path.startsWith(folder + sep)) {
      throw new DataError(
        `${this.path}: expected the file of its weights in its own folder, got '${location}'. Export the model anew.`,
      );
    }
    try {
      const bytes = readFileSync(path);
      this.#beside.set(location, bytes);
      return bytes;
    } catch (error) {
      throw new DataError(
        `${path}: expected the file that has the weights of ${this.path}, got: ${(error as Error).message}. Put it there, or export the model as one file.`,
        { cause: error },
      );
    }
  }

  /** SHA-256 of the model and of what has been asked for beside it. */
  get sha256(): string {
    const digest = new Digest();
    digest.add(this.bytes);
    for (const [location, bytes] of [...this.#beside].sort(([a], [b]) => (a < b ? -1 : 1))) {
      digest.add(Buffer.from(location));
      digest.add(bytes);
    }
    return digest.hex;
  }

  /** Writes a copy that needs nothing else, of what has been asked for, in place of one that may be there. */
  async keep(folder: string): Promise<void> {
    await replaceFolderAtomic(folder, async (temp) => {
      await writeFile(join(temp, COPY), this.bytes);
      for (const [location, bytes] of this.#beside) {
        await makeFolder(dirname(join(temp, location)));
        await writeFile(join(temp, location), bytes);
      }
    });
  }
}
