/** @file Some of the pictures of a run, or of a folder, drawn at random. */

import { inOrder } from '../core/in-order.js';
import { Random } from '../core/random.js';
import { openCache } from '../data/cache/cache.js';
import { shortSideOf } from '../data/cache/cache-format.js';
import { decodePicture } from '../data/decode/decode.js';

import { failureReason, type Rgb, type Skipped } from '../data/picture.js';
import { scan } from '../data/scan/scan.js';
import { type EmbedOptions, rulesFor } from '../run/embed.js';
import type { TrainedRun } from '../run/open-run.js';
import { RunFolder } from '../store/run-folder/run-folder.js';

/** Files decoded at once. */
const IN_FLIGHT = 8;

export interface SampleOptions {
  /** Pictures to draw; all if there are no more. */
  readonly count: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SampledPicture {
  /** Place among the pictures it was drawn from: for those of a run its row in the bank. */
  readonly row: number;
  readonly rgb: Rgb;
}

export interface Sample {
  /** How many are drawn, in ascending order of their rows. */
  readonly count: number;
  /** Of so many. */
  readonly of: number;
  /** Read as they are asked for; those that cannot be decoded are left out. */
  readonly pictures: AsyncIterable<SampledPicture>;
  /** Complete when `pictures` are read. */
  readonly skipped: readonly Skipped[];
}

/** Of the pictures that a run was trained on, from its cache. */
export async function sampleOfRun({ path }: TrainedRun, { count, seed, signal }: SampleOptions): Promise<Sample> {
  const cache = openCache((await RunFolder.open(path)).cachePath);
  const rows = drawRows(cache.length, count, seed);
  async function* read(): AsyncGenerator<SampledPicture> {
    try {
      for (const row of rows) {
        signal?.throwIfAborted();
        yield { row, rgb: cache.read(row) };
      }
    } finally {
      cache.close();
    }
  }
  return { count: rows.length, of: cache.length, pictures: read(), skipped: [] };
}

/**
 * Of the pictures below a path, reduced as they would be for the cache.
 *
 * @throws {DataError} if there is none
 */
export async function sampleOfFolder(
  folder: string,
  { config, transform }: TrainedRun,
  { count, seed, exclude = [], signal }: SampleOptions & Pick<EmbedOptions, 'exclude'>,
): Promise<Sample> {
  const { pictures, skipped: unreadable } = await scan([folder], {
    rules: rulesFor({ config }, [folder], { exclude }),
    ...(signal && { signal }),
  });
  const rows = drawRows(pictures.length, count, seed);
  const skipped = [...unreadable];
  async function* read(): AsyncGenerator<SampledPicture> {
    const decoded = inOrder(
      rows,
      IN_FLIGHT,
      async (row): Promise<SampledPicture | Skipped> => {
        const picture = pictures[row]!;
        try {
          return { row, rgb: await decodePicture(picture, shortSideOf(transform)) };
        } catch (error) {
          return { path: picture.id, reason: failureReason(error) };
        }
      },
      signal,
    );
    for await (const result of decoded) {
      if ('rgb' in result) yield result;
      else skipped.push(result);
    }
  }
  return { count: rows.length, of: pictures.length, pictures: read(), skipped };
}

function drawRows(n: number, count: number, seed: number): Uint32Array {
  return new Random(seed, 'sample').permutation(n).slice(0, count).sort();
}
