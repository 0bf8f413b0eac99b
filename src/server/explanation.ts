/** @file What the method sees of one training picture: its views, its row, the softmax over the bank, and negatives. */
import sharp from 'sharp';
import { Random } from '../core/random.js';
import { dot } from '../core/vector.js';
import { BatchMaker } from '../data/batches/batch-maker.js';
import type { PerChannel } from '../data/transform/normalise.js';
import { logPartition, posterior, similaritiesTo } from '../method/instance-probability.js';
import { drawNegatives, noiseDraw } from '../method/losses/noise.js';
import { augmentationOf } from '../run/augmentation.js';
import type { TrainedRun } from '../run/open-run.js';
import type { Explanation, ServedPicture } from './api.js';

export interface ExplanationOptions {
  /** Augmented views, ≥ 1. */
  readonly views: number;
  /** Negatives, ≥ 1. */
  readonly negatives: number;
  /** Counted from 1: the epoch to draw for. */
  readonly epoch: number;
}

/** The most probable rows that are listed. */
const NUM_TOP = 12;
const NUM_BINS = 80;
/** Temperatures of the slider: equal steps of the logarithm, from sharp to flat. */
const TAUS = Array.from({ length: 25 }, (_, i) => Number((0.02 * 50 ** (i / 24)).toPrecision(2)));

/**
 * Explains one picture.
 *
 * Views and epoch have the seeds of training: the first view is, with a loss that takes two the first two are, what
 * training is shown of the picture in that epoch.
 *
 * @param place of the picture in the training
 * @param pictureAt the picture of a place; undefined if it is not to be shown
 */
export async function explainRow(
  run: TrainedRun,
  place: number,
  pictureAt: (place: number) => ServedPicture | undefined,
  { views: numViews, negatives: numNegatives, epoch }: ExplanationOptions,
): Promise<Omit<Explanation, 'picture'>> {
  const { tau, size, mean, std } = run.config.settings;
  const { features: bank, dim } = run.bank;
  const numRows = run.bank.ids.length;
  const stride = 3 * size * size;
  const images = await drawViews(run, place, epoch, numViews);
  const features = await run.trainedEncoder.encode(images, numViews);
  const feature = features.slice(0, dim);
  const bankRow = bank.slice(place * dim, (place + 1) * dim);

  const similarities = similaritiesTo(feature, bank);
  const logZ = logPartition(similarities, tau);
  const logProbability = (row: number): number => similarities[row]! / tau - logZ;
  const own = similarities[place]!;
  const h = (row: number): number => posterior(logProbability(row), { numRows, numNegatives });
  const shown = <T>(
    rows: readonly number[],
    extra: (row: number) => T,
  ): (ServedPicture & { similarity: number } & T)[] =>
    rows.flatMap((row) => {
      const picture = pictureAt(row);
      return picture === undefined ? [] : [{ ...picture, similarity: similarities[row]!, ...extra(row) }];
    });

  return {
    tau,
    numRows,
    epoch,
    views: await Promise.all(
      Array.from({ length: numViews }, async (_, view) => ({
        image: await pngUrl(images.subarray(view * stride, (view + 1) * stride), size, mean, std),
        similarity: dot(features, view * dim, bankRow, 0, dim),
        toFirst: dot(features, view * dim, feature, 0, dim),
      })),
    ),
    feature: Array.from(feature),
    bankRow: Array.from(bankRow),
    top: shown(largest(similarities, NUM_TOP), (row) => ({ probability: Math.exp(logProbability(row)) })),
    own: {
      similarity: own,
      probability: Math.exp(logProbability(place)),
      rank: 1 + similarities.filter((similarity) => similarity > own).length,
    },
    histogram: histogram(similarities),
    logZ,
    logZAt: [...new Set([...TAUS, tau])]
      .sort((a, b) => a - b)
      .map((other) => ({ tau: other, logZ: logPartition(similarities, other) })),
    loss: -logProbability(place),
    logN: Math.log(numRows),
    numNegatives,
    negatives: shown(negativesOf(run, place, epoch, numNegatives), (row) => ({ h: h(row) })),
    ownH: h(place),
  };
}

/** @returns float32[numViews, 3, size, size], normalised */
async function drawViews(
  { cachePath, config: { settings } }: TrainedRun,
  place: number,
  epoch: number,
  views: number,
): Promise<Float32Array> {
  const { size, seed } = settings;
  const maker = new BatchMaker({ cacheDir: cachePath, size, augmentation: augmentationOf(settings), views, seed });
  const images = new Float32Array(views * 3 * size * size);
  // Training counts epochs from 0.
  maker.fill(epoch - 1, Int32Array.of(place), images);
  maker.close();
  return images;
}

/** Rows drawn from uniform noise, as for a step of this one picture; by a stream of their own. */
function negativesOf({ bank, config: { settings } }: TrainedRun, place: number, epoch: number, m: number): number[] {
  const drawn = new BigInt64Array(m);
  const options = { ...settings, negatives: m, noise: 'image' } as const;
  const random = new Random(settings.seed, 'draw', epoch, place);
  drawNegatives(options, noiseDraw(bank.ids.length), random, Int32Array.of(place), drawn);
  return Array.from(drawn, Number);
}

/** Places of the `count` largest values, the largest first. */
function largest(values: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (const [i, value] of values.entries()) {
    if (best.length === count && value <= values[best.at(-1)!]!) continue;
    const rank = best.findIndex((other) => values[other]! < value);
    best.splice(rank < 0 ? best.length : rank, 0, i);
    best.length = Math.min(best.length, count);
  }
  return best;
}

function histogram(similarities: Float64Array): number[] {
  const counts = new Array<number>(NUM_BINS).fill(0);
  for (const similarity of similarities) {
    const bin = Math.floor(((similarity + 1) / 2) * NUM_BINS);
    counts[Math.max(0, Math.min(NUM_BINS - 1, bin))]!++;
  }
  return counts;
}

/** A normalised float32[3, size, size] as it looks. */
async function pngUrl(image: Float32Array, size: number, mean: PerChannel, std: PerChannel): Promise<string> {
  const area = size * size;
  const pixels = Uint8ClampedArray.from({ length: 3 * area }, (_, i) => {
    const channel = i % 3;
    return 255 * (image[channel * area + Math.floor(i / 3)]! * std[channel]! + mean[channel]!);
  });
  const png = await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
