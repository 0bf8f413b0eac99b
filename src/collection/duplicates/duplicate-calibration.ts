/**
 * @file The threshold of duplicates, from a run's own pictures: between the similarities of some of them with copies made of
 * them, and those of each picture with the nearest that is another. Computed once, and kept in the run folder.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Random } from '../../core/random.js';
import { systemError } from '../../core/system-errors.js';
import { openCache, type PictureCache } from '../../data/cache/cache.js';
import { ORDINARY_COPIES } from '../../data/transform/copies.js';
import { PixelVectors, pixelSimilarity } from '../../data/transform/pixel-vector.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { Neighbours } from '../../search/neighbours.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { digestOf } from '../../store/files/digest.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import type { Collection } from '../collection.js';
import { chooseThreshold } from './duplicate-threshold.js';
import { type MadeCopies, madeCopies } from './made-copies.js';

/** To be raised when the same pictures shall give another threshold. */
const VERSION = 1;
const NUM_COPIED = 300;
/** Pictures whose pixels agree so well, or as well as nine in ten of the copies, if that is more, are no different ones. */
const SAME_PIXELS = 0.95;
const MISSED_PIXELS = 0.1;
/** Pairs whose pixels are looked at, the most similar ones. */
const MAX_LOOKED = 2000;

/** See DuplicateCalibration. */
export const calibrationSchema = z.object({
  threshold: z.number(),
  /** Share of the copies that it finds, in [0, 1], of all and by kind. */
  found: z.number(),
  foundByKind: z.record(z.string(), z.number()),
  /** Share of the pictures that are so similar to a different one, in [0, 1]: no fewer than will be grouped falsely. */
  falselyFound: z.number(),
  numCopies: z.int(),
  numPictures: z.int(),
});
/** A threshold with what is to be expected of it. */
export type DuplicateCalibration = Readonly<z.infer<typeof calibrationSchema>>;
const keptSchema = z.object({ key: z.string(), sha256: z.string(), calibration: calibrationSchema });

/** What calibrating needs of a run. */
export type CalibratedRun = Pick<TrainedRun, 'path' | 'encode' | 'dim' | 'transform' | 'encoderKey'> & {
  readonly config: { readonly settings: { readonly seed: number } };
};

export interface CalibrateOptions {
  /** Called with the number of pictures encoded so far. */
  readonly onProgress?: (done: number, of: number) => void;
  /** Called if it cannot be kept: the next time it will be computed again. */
  readonly onNotKept?: (error: Error) => void;
  readonly signal?: AbortSignal;
}

/**
 * The threshold for the duplicates of a collection, kept or computed: the same for the same run and collection.
 *
 * @param neighbours of every row
 * @returns undefined where the rows are those of a memory bank, which copies cannot be compared with
 * @throws the signal's reason
 */
export async function duplicateCalibration(
  run: CalibratedRun,
  collection: Collection,
  neighbours: Neighbours,
  { onProgress, onNotKept, signal }: CalibrateOptions = {},
): Promise<DuplicateCalibration | undefined> {
  if (collection.source === 'bank') return undefined;
  const { features } = collection;
  const bytes = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
  const key = digestOf(`${VERSION} ${run.encoderKey} ${digestOf(bytes)}`);
  const path = join(run.path, 'duplicates.json');
  const kept = await readKept(path);
  if (kept?.key === key && kept.sha256 === digestOfNumbers(kept.calibration)) return kept.calibration;
  const cache = openCache((await RunFolder.open(run.path)).cachePath);
  try {
    const places = new Random(run.config.settings.seed, 'sample', 2).permutation(cache.length).slice(0, NUM_COPIED);
    const kinds = ORDINARY_COPIES;
    const of = places.length * (1 + kinds.length);
    const copies = await madeCopies({
      ...{ encoder: run, cache, places, kinds, seed: run.config.settings.seed, signal },
      onProgress: (done) => onProgress?.(done, of),
    });
    const calibration = calibrate(copies, differentNeighbours(collection, neighbours, cache, copies));
    const toKeep = { key, sha256: digestOfNumbers(calibration), calibration };
    await writeFileAtomic(path, `${JSON.stringify(toKeep, null, 2)}\n`).catch((error: unknown) => {
      const refused = systemError(error);
      if (refused === undefined) throw error;
      onNotKept?.(refused);
    });
    return calibration;
  } finally {
    cache.close();
  }
}

function calibrate(copies: readonly MadeCopies[], others: Float32Array): DuplicateCalibration {
  const all = joined(copies.map(({ similarities }) => similarities));
  const chosen = chooseThreshold(all, others);
  const isFound = (similarity: number): boolean => similarity >= Math.fround(chosen.threshold);
  const share = (similarities: Float32Array): number => similarities.filter(isFound).length / similarities.length;
  // Its names in the order in which they will be read back.
  return calibrationSchema.parse({
    ...chosen,
    foundByKind: Object.fromEntries(copies.map(({ kind, similarities }) => [kind, share(similarities)])),
    numCopies: all.length,
    numPictures: others.length,
  });
}

/**
 * The similarity of each picture to the nearest that is another: files that are the same to the byte are not, nor are those
 * that the plain pixels, which know nothing of features, say are the same.
 */
function differentNeighbours(
  { pictures, source }: Collection,
  { indices, scores, k }: Neighbours,
  cache: PictureCache,
  copies: readonly MadeCopies[],
): Float32Array {
  const vectors = new PixelVectors();
  const inPixels = joined(copies.map(({ pixelSimilarities }) => pixelSimilarities)).sort();
  const same = Math.max(SAME_PIXELS, inPixels[Math.floor(MISSED_PIXELS * inPixels.length)] ?? 1);
  const vectorOf = (row: number): Float32Array => vectors.of(cache.read(row));
  const isOther = (row: number, other: number): boolean =>
    other >= 0 && (pictures[row]!.hash === undefined || pictures[row]!.hash !== pictures[other]!.hash);
  const nearest = Float32Array.from(pictures, (_, row) => nextScore(row, isOther));
  if (source !== 'features') return nearest;
  const bySimilarity = Array.from(nearest.keys()).sort((a, b) => nearest[b]! - nearest[a]! || a - b);
  for (const row of bySimilarity.slice(0, MAX_LOOKED)) {
    const own = vectorOf(row);
    nearest[row] = nextScore(row, (_, other) => isOther(row, other) && pixelSimilarity(own, vectorOf(other)) < same);
  }
  return nearest;

  function nextScore(row: number, is: (row: number, other: number) => boolean): number {
    for (let i = row * k; i < (row + 1) * k; i++) if (is(row, indices[i]!)) return scores[i]!;
    return -1;
  }
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => Array.from(array)));
}

function digestOfNumbers(calibration: DuplicateCalibration): string {
  return digestOf(JSON.stringify(calibration));
}

async function readKept(path: string): Promise<z.infer<typeof keptSchema> | undefined> {
  try {
    return keptSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined; // None is there, or it is damaged; it can be computed again.
  }
}
