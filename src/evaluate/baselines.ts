/** @file What needs no learning, to measure an encoder beside: raw pixels and the colour histogram of the same pictures. */
import { inOrder } from '../core/in-order.js';
import { normalizeRows } from '../core/vector.js';
import { decodePicture } from '../data/decode/decode.js';
import { failureReason, type Picture, type Rgb } from '../data/picture.js';
import { CentreCropper, type TestTransform } from '../data/transform/centre-crop.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';

/** Side that pictures are brought to for their raw pixels. */
const RAW_SIZE = 32;
const RAW_DIM = 3 * RAW_SIZE ** 2;
/** Levels of red, of green and of blue that a histogram tells apart. */
const LEVELS = 8;
const HISTOGRAM_DIM = LEVELS ** 3;
/** Pictures are decoded to this short side at most: a histogram of more pixels is hardly another. */
const SHORT_SIDE = 256;
/** Pictures decoded at once. */
const IN_FLIGHT = 8;
const NO_NORMALISATION = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** Features that were not learnt, of the pictures that an encoder is measured with. */
export interface Baseline {
  readonly name: string;
  readonly reference: Embeddings;
  readonly test: Embeddings;
}

export interface BaselineOptions {
  /** Of the encoder: what lies outside its crop is not looked at here either. */
  readonly transform: TestTransform;
  /** Called with the pictures done so far. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Features without learning, compared by cosine like learnt ones.
 *
 * The colour histogram counts the pixels of each of 8×8×8 colours; its square roots are the feature, whose length is then
 * one. Raw pixels are those of the crop at 32×32, less the reference's mean, brought to length one. Pictures that cannot
 * be decoded are left out.
 *
 * @throws the signal's reason
 */
export async function baselinesOf(
  reference: readonly Picture[],
  test: readonly Picture[],
  options: BaselineOptions,
): Promise<readonly Baseline[]> {
  const of = reference.length + test.length;
  const known = await describe(reference, options, (done) => options.onProgress?.(done, of));
  const asked = await describe(test, options, (done) => options.onProgress?.(reference.length + done, of));
  const mean = meanRow(known.rawPixels.features, RAW_DIM);
  for (const { features } of [known.rawPixels, asked.rawPixels]) {
    for (let i = 0; i < features.length; i++) features[i]! -= mean[i % RAW_DIM]!;
    normalizeRows(features, RAW_DIM);
  }
  return [
    { name: 'colour histogram', reference: known.histogram, test: asked.histogram },
    { name: 'raw pixels', reference: known.rawPixels, test: asked.rawPixels },
  ];
}

/**
 * A baseline as linear classifiers learn from it: raw pixels at half their size, since fitting one of 3,072 numbers takes
 * minutes.
 */
export function forLinear({ name, reference, test }: Baseline): Baseline {
  if (reference.dim !== RAW_DIM) return { name, reference, test };
  return { name: `${name}, ${RAW_SIZE / 2}×${RAW_SIZE / 2}`, reference: halved(reference), test: halved(test) };
}

/** The mean of each 2×2 pixels, brought to length one again. */
function halved({ features, ...others }: Embeddings): Embeddings {
  const side = RAW_SIZE / 2;
  const dim = RAW_DIM / 4;
  const small = new Float32Array(features.length / 4);
  for (let i = 0; i < features.length; i++) {
    const x = i % RAW_SIZE;
    // Rows of all planes and pictures follow each other, and there is an even number of them in each.
    const y = Math.floor(i / RAW_SIZE);
    small[(y >> 1) * side + (x >> 1)]! += features[i]!;
  }
  normalizeRows(small, dim);
  return { ...others, features: small, dim };
}

/** Histograms, and raw pixels that are neither centred nor of length one. */
async function describe(
  pictures: readonly Picture[],
  { transform, signal }: BaselineOptions,
  onProgress: (done: number) => void,
): Promise<{ readonly histogram: Embeddings; readonly rawPixels: Embeddings }> {
  const whole = new NativeCropper(transform);
  const small = new CentreCropper({
    ...transform,
    size: RAW_SIZE,
    resize: Math.round((RAW_SIZE * transform.resize) / transform.size),
    ...NO_NORMALISATION,
  });
  const histograms = new Float32Array(pictures.length * HISTOGRAM_DIM);
  const pixels = new Float32Array(pictures.length * RAW_DIM);
  const described: Picture[] = [];
  for await (const { picture, rgb } of inOrder(pictures, IN_FLIGHT, decodeOrPass, signal)) {
    if (rgb === undefined) continue;
    const row = described.length;
    countColours(whole.apply(rgb), histograms.subarray(row * HISTOGRAM_DIM, (row + 1) * HISTOGRAM_DIM));
    small.apply(rgb, pixels.subarray(row * RAW_DIM, (row + 1) * RAW_DIM));
    described.push(picture);
    onProgress(described.length);
  }
  for (let i = 0; i < histograms.length; i++) histograms[i] = Math.sqrt(histograms[i]!);
  normalizeRows(histograms, HISTOGRAM_DIM);
  const embeddings = (features: Float32Array, dim: number): Embeddings => ({
    ids: described.map(({ id }) => id),
    labels: described.map(({ label }) => label ?? null),
    features: features.subarray(0, described.length * dim),
    dim,
  });
  return { histogram: embeddings(histograms, HISTOGRAM_DIM), rawPixels: embeddings(pixels, RAW_DIM) };
}

async function decodeOrPass(picture: Picture): Promise<{ readonly picture: Picture; readonly rgb?: Rgb }> {
  try {
    return { picture, rgb: await decodePicture(picture, SHORT_SIDE) };
  } catch (error) {
    failureReason(error);
    return { picture };
  }
}

/** The crop of a transform with the pixels that the picture has. */
class NativeCropper {
  readonly #transform: TestTransform;
  readonly #croppers = new Map<number, { readonly cropper: CentreCropper; readonly out: Float32Array }>();

  constructor(transform: TestTransform) {
    this.#transform = transform;
  }

  /** @returns float32[3, side, side] in [0, 1], overwritten by the next picture of this size */
  apply(rgb: Rgb): Float32Array {
    const resize = Math.min(rgb.width, rgb.height);
    let found = this.#croppers.get(resize);
    if (found === undefined) {
      const size = Math.max(1, Math.round((resize * this.#transform.size) / this.#transform.resize));
      found = {
        cropper: new CentreCropper({ ...this.#transform, size, resize, ...NO_NORMALISATION }),
        out: new Float32Array(3 * size * size),
      };
      this.#croppers.set(resize, found);
    }
    found.cropper.apply(rgb, found.out);
    return found.out;
  }
}

/**
 * Counts the pixels of each colour.
 *
 * @param image float32[3, h, w] in [0, 1]
 * @param counts float32[8³], added to
 */
export function countColours(image: Float32Array, counts: Float32Array): void {
  const numPixels = image.length / 3;
  const level = (i: number): number => Math.min(LEVELS - 1, Math.floor(image[i]! * LEVELS));
  for (let i = 0; i < numPixels; i++) {
    counts[(level(i) * LEVELS + level(numPixels + i)) * LEVELS + level(2 * numPixels + i)]!++;
  }
}

function meanRow(features: Float32Array, dim: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let i = 0; i < features.length; i++) mean[i % dim]! += features[i]!;
  return mean.map((sum) => sum / (features.length / dim));
}
