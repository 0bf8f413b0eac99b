/**
 * @file Features of a run's pictures, as files: `features.safetensors` has those of all, `features.partial/` blocks of rows
 * of an encoding that was interrupted. Each file tells of which encoder and pictures it is, and has the SHA-256 of its
 * numbers; it is there whole or not at all.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DamageError } from '../../core/errors.js';
import { makeFolder } from '../files/make-folder.js';
import { type Origin, readSealed, writeSealed } from '../tensors/sealed.js';

/** What features are of: those of another encoder, or of other pictures, are none of these. */
export interface FeaturesKey {
  /** SHA-256 of the encoder. */
  readonly encoderKey: string;
  /** Fingerprint of the pictures, see PictureCache. */
  readonly fingerprint: string;
  /** Numbers of a feature. */
  readonly dim: number;
}

/** Writes float32[n, dim]. */
export async function writeFeatures(path: string, features: Float32Array, key: FeaturesKey): Promise<void> {
  const tensor = { dtype: 'F32', shape: [features.length / key.dim, key.dim], data: features } as const;
  await writeSealed(path, new Map([['features', tensor]]), originOf(key));
}

/**
 * @returns float32[n, dim]; undefined if there is no file, or it is of another encoder or of other pictures
 * @throws {DamageError} if it is not what was written
 */
export async function readFeatures(path: string, key: FeaturesKey): Promise<Float32Array | undefined> {
  const tensors = await readSealed(path, originOf(key));
  if (tensors === undefined) return undefined;
  const { data, shape } = tensors.get('features') ?? {};
  if (data instanceof Float32Array && shape?.[1] === key.dim) return data;
  throw new DamageError(`${path}: expected features of ${key.dim} numbers, got [${shape ?? 'none'}]`);
}

function originOf({ encoderKey, fingerprint }: FeaturesKey): Origin {
  return { encoder: encoderKey, pictures: fingerprint };
}

/** Rows that are encoded already, and the next ones as they come. */
export class PartialFeatures {
  readonly #folder: string;
  readonly #key: FeaturesKey;
  /** float32[n, dim], of which the first `numRows` rows are filled. */
  readonly features: Float32Array;
  #numRows = 0;
  #numWritten = 0;

  private constructor(folder: string, key: FeaturesKey, numPictures: number) {
    this.#folder = folder;
    this.#key = key;
    this.features = new Float32Array(numPictures * key.dim);
  }

  /** What an interrupted encoding has left, if it was of the same encoder and pictures; else it is removed. */
  static async open(folder: string, key: FeaturesKey, numPictures: number): Promise<PartialFeatures> {
    const partial = new PartialFeatures(folder, key, numPictures);
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((each) => BLOCK.test(each)).sort()) {
      // Blocks follow one another; what is damaged, and what came after it, is encoded again.
      if (name !== blockName(partial.#numRows)) break;
      const block = await readFeatures(join(folder, name), key).catch((error: unknown) => {
        if (error instanceof DamageError) return undefined;
        throw error;
      });
      if (block === undefined || block.length > partial.features.length - partial.#numRows * key.dim) break;
      partial.add(block);
    }
    partial.#numWritten = partial.#numRows;
    if (partial.#numRows === 0) await partial.remove();
    return partial;
  }

  get numRows(): number {
    return this.#numRows;
  }

  /** @param rows float32[rows, dim], copied */
  add(rows: Float32Array): void {
    this.features.set(rows, this.#numRows * this.#key.dim);
    this.#numRows += rows.length / this.#key.dim;
  }

  /** Writes the rows that came since the last time. */
  async keep(): Promise<void> {
    if (this.#numRows === this.#numWritten) return;
    const { dim } = this.#key;
    await makeFolder(this.#folder);
    const block = this.features.subarray(this.#numWritten * dim, this.#numRows * dim);
    await writeFeatures(join(this.#folder, blockName(this.#numWritten)), block, this.#key);
    this.#numWritten = this.#numRows;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const BLOCK = /^\d{10}\.safetensors$/;

function blockName(firstRow: number): string {
  return `${String(firstRow).padStart(10, '0')}.safetensors`;
}
