/** @file Copies made of some pictures of a run, and how similar they are to what they were made of. */
import { readFile } from 'node:fs/promises';
import { Random } from '../../core/random.js';
import { dot, gatherRows } from '../../core/vector.js';
import { croppedBatches } from '../../data/batches/eval-batches.js';
import type { PictureCache } from '../../data/cache/cache.js';
import { shortSideOf } from '../../data/cache/cache-format.js';
import { decodeWhole, reduced } from '../../data/decode/decode.js';
import { imageHeader } from '../../data/decode/image-header.js';
import type { Rgb } from '../../data/picture.js';
import { openable } from '../../data/scan/file-name.js';
import { type CopyKind, copyOf } from '../../data/transform/copies.js';
import { PixelVectors, pixelSimilarity } from '../../data/transform/pixel-vector.js';
import { ENCODE_BATCH, type PictureEncoder } from '../../run/embed.js';
import { extractFeatures } from '../../run/features.js';

/** Short side that large pictures are brought to before they are copied; what happens to more pixels is hardly seen. */
const SOURCE_SIDE = 512;
/** Of the random numbers `sample`; others take the ones below. */
const STREAM = 2;

/** How similar copies of one kind are to their originals. */
export interface MadeCopies {
  readonly kind: string;
  /** float32[copies, dim], of the copies. */
  readonly features: Float32Array;
  /** float32[copies], cosines with the features of the originals. */
  readonly similarities: Float32Array;
  /** float32[copies], the same of plain pixels. */
  readonly pixelSimilarities: Float32Array;
}

export interface MadeCopiesInput {
  readonly encoder: PictureEncoder;
  readonly cache: PictureCache;
  /** Pictures to copy, each by its place in the cache. */
  readonly places: Iterable<number>;
  readonly kinds: readonly CopyKind[];
  readonly seed: number;
  /** Called with the number of originals and copies encoded so far. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies each picture in each way, as files, and encodes these as files are.
 *
 * @returns one for each of the kinds
 * @throws the signal's reason
 */
export async function madeCopies(input: MadeCopiesInput): Promise<readonly MadeCopies[]> {
  const { encoder, kinds, onProgress } = input;
  const vectors = new PixelVectors();
  const pixels: Float32Array[] = [];
  async function* looked(): AsyncGenerator<[undefined, Rgb]> {
    for await (const picture of originalsAndCopies(input)) {
      pixels.push(vectors.of(picture));
      yield [undefined, picture];
    }
  }
  const batches = croppedBatches(looked(), { ...encoder.transform, batch: ENCODE_BATCH });
  const { features } = await extractFeatures(batches, encoder.encode, encoder.dim, onProgress);
  const stride = 1 + kinds.length;
  const originals = Array.from({ length: pixels.length / stride }, (_, i) => i * stride);
  const similarity = (a: number, b: number): number =>
    dot(features, a * encoder.dim, features, b * encoder.dim, encoder.dim);
  return kinds.map(({ name }, i) => ({
    kind: name,
    features: gatherRows(
      features,
      Int32Array.from(originals, (original) => original + 1 + i),
      encoder.dim,
    ),
    similarities: Float32Array.from(originals, (original) => similarity(original, original + 1 + i)),
    pixelSimilarities: Float32Array.from(originals, (original) =>
      pixelSimilarity(pixels[original]!, pixels[original + 1 + i]!),
    ),
  }));
}

/** Each picture, then its copies, reduced as for the cache. */
async function* originalsAndCopies({ encoder, cache, places, kinds, seed, signal }: MadeCopiesInput) {
  const { ids } = cache;
  const shortSide = shortSideOf(encoder.transform);
  for (const place of places) {
    signal?.throwIfAborted();
    const source = (await fromFile(ids[place]!)) ?? cache.read(place);
    yield await reduced(source, shortSide);
    for (const [i, kind] of kinds.entries()) {
      const { bytes, ...size } = await copyOf(source, kind, new Random(seed, 'sample', STREAM + i, place));
      yield await decodeWhole(bytes, size, shortSide);
    }
  }
}

/** Undefined for what is no file of its own, or is gone: then there is what the cache holds of it. */
async function fromFile(path: string): Promise<Rgb | undefined> {
  try {
    const bytes = await readFile(openable(path));
    return await decodeWhole(bytes, (await imageHeader(bytes)).autoOrient, SOURCE_SIDE);
  } catch {
    return undefined;
  }
}
