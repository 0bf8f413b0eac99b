/** @file A folder of drawn pictures: one sub-folder a kind, ordinary JPEG files. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { checkCount } from '../../core/check-count.js';
import { DataError } from '../../core/errors.js';
import { Random } from '../../core/random.js';
import { KIND_NAMES, type KindName } from './kinds.js';
import { drawPicture } from './synthetic-picture.js';

/** Pictures rasterised at once; sharp has four threads for them by default. */
const AT_ONCE = 4;

export interface DatasetOptions {
  /** Pictures of each of the twelve kinds, ≥ 1. */
  readonly perKind: number;
  /** An integer in [0, 2^32). */
  readonly seed: number;
  /** Number of the first picture of each kind; pictures with other numbers are other pictures. Default 0. */
  readonly first?: number;
  /** Side in pixels; default 64. */
  readonly size?: number;
  /** Called after each picture. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Draws `perKind` pictures of every kind as `dir/<kind>/<number>.jpg`. Picture i of a kind depends only on the seed and
 * on i, so a test set is the same call with a `first` beyond the training set.
 *
 * @returns the files, kind by kind
 * @throws {ArgumentError} if `perKind` or `size` is not a positive integer
 * @throws {DataError} if the folders cannot be made
 * @throws the signal's reason, if it is aborted
 */
export async function drawDataset(dir: string, options: DatasetOptions): Promise<string[]> {
  const { perKind, seed, first = 0, size = 64, onProgress, signal } = options;
  checkCount('perKind', perKind);
  checkCount('size', size);
  const jobs = KIND_NAMES.flatMap((kind) =>
    Array.from({ length: perKind }, (_, index) => ({ kind, number: first + index })),
  );
  const files = jobs.map(({ kind, number }) => join(dir, kind, `${String(number).padStart(5, '0')}.jpg`));
  try {
    await Promise.all(KIND_NAMES.map((kind) => mkdir(join(dir, kind), { recursive: true })));
  } catch (error) {
    throw new DataError(
      `${dir}: expected a folder that can be written, got ${(error as Error).message}; choose another`,
    );
  }

  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < jobs.length) {
      signal?.throwIfAborted();
      const index = next++;
      const { kind, number } = jobs[index]!;
      await writePicture(files[index]!, kind, pictureRandom(seed, kind, number), size);
      onProgress?.(++done, jobs.length);
    }
  };
  const workers = Array.from({ length: AT_ONCE }, () =>
    work().catch((error: unknown) => {
      next = jobs.length; // The other workers stop after the picture they are at.
      throw error;
    }),
  );
  // Waiting for all of them means that nothing is being written any more when this throws.
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return files;
}

/** The stream of picture `number` of a kind. */
function pictureRandom(seed: number, kind: KindName, number: number): Random {
  return new Random(seed, 'draw', KIND_NAMES.indexOf(kind), number);
}

async function writePicture(file: string, kind: KindName, random: Random, size: number): Promise<void> {
  await sharp(Buffer.from(drawPicture(kind, random, size)))
    .flatten()
    .jpeg({ quality: 88 })
    .toFile(file);
}
