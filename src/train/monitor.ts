/** @file How training goes, measured after each epoch on the training pictures themselves. */

import { NeighbourFinder } from '../collection/neighbour-finder.js';
import { Random } from '../core/random.js';
import { checkUnit, gatherRows } from '../core/vector.js';
import { cachedEvalBatches } from '../data/batches/eval-batches.js';
import type { PictureCache } from '../data/cache/cache.js';
import { encodeGraph } from '../method/encode.js';
import type { Settings } from '../method/settings.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { Variables } from '../nn/variables.js';
import { classNumbers } from '../run/class-numbers.js';
import type { EpochRecord } from '../run/events.js';
import { extractFeatures } from '../run/features.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';
import { topAccuracy } from '../search/accuracy.js';
import { knnVote, VOTE_TAU } from '../search/knn.js';
import { chooseQueries, queryRecords } from './fixed-queries.js';

/** Enough for a percent of accuracy. */
const MAX_QUERIES = 2000;
/** Neighbours that vote: few, since a class of a small set has no more than a hundred pictures. */
const K = 20;

/** What the monitor sees after an epoch. */
export type MonitorRecord = Pick<EpochRecord, 'knn' | 'knnOf' | 'queries'>;

/**
 * Asks the bank for neighbours, the picture itself left out: of a fixed handful, encoded without augmentation, to be
 * looked at; and of a sample of rows whose pictures have labels, whose neighbours vote.
 *
 * Rows ask for rows, and not features of the moment: those are shifted against the bank, as they come of running
 * statistics, of whole pictures, and of weights an epoch younger. How far changes from epoch to epoch, and the accuracy
 * with it: on pictures of plankton by 24 points within three epochs. Rows among themselves all lag alike.
 */
export class Monitor {
  readonly #program: Program;
  readonly #finder: NeighbourFinder;
  readonly #cache: PictureCache;
  readonly #settings: Settings;
  /** Places of the pictures that are looked at, and of those that are voted on. */
  readonly #fixed: Int32Array;
  readonly #voted: Int32Array;
  readonly #numbers: Int32Array;
  readonly #numClasses: number;

  private constructor(
    program: Program,
    finder: NeighbourFinder,
    cache: PictureCache,
    settings: Settings,
    { fixed, voted, numbers, numClasses }: Queries,
  ) {
    this.#program = program;
    this.#finder = finder;
    this.#cache = cache;
    this.#settings = settings;
    this.#fixed = fixed;
    this.#voted = voted;
    this.#numbers = numbers;
    this.#numClasses = numClasses;
  }

  static async create(encoder: Encoder, settings: Settings, cache: PictureCache, backend: Backend): Promise<Monitor> {
    const queries = chooseAll(cache.labels, settings.seed);
    const batch = queries.fixed.length;
    const graph = encodeGraph(encoder, { batch, size: settings.size }, new Variables('evaluation'));
    const program = await Program.create(graph, backend);
    const finder = new NeighbourFinder(settings.dim, backend);
    return new Monitor(program, finder, cache, settings, queries);
  }

  /**
   * @returns `knn`, a top-1 accuracy in [0, 1], only if there are two classes or more to tell apart
   * @throws {NotFiniteError} as `check` does
   */
  async observe(weights: ReadonlyMap<string, Float32Array>, bank: Float32Array): Promise<MonitorRecord> {
    const features = await this.#encode(weights);
    const k = Math.min(K, this.#cache.length - 1);
    const neighbours = await this.#finder.find({ queries: features, rows: bank, k, exclude: this.#fixed });
    const queries = queryRecords(this.#fixed, neighbours);
    if (this.#voted.length === 0) return { queries };
    return { knn: await this.#accuracy(bank, k), knnOf: { k, tau: VOTE_TAU, rows: this.#cache.length }, queries };
  }

  /**
   * Encodes the fixed pictures alone: those of a step give features by the statistics of their batch even where the
   * running ones have left all bounds.
   *
   * @param whose features, for the error
   * @throws {NotFiniteError} if the encoder gives features that are not of length one, be its weights finite
   */
  async check(weights: ReadonlyMap<string, Float32Array>, whose?: string): Promise<void> {
    await this.#encode(weights, whose);
  }

  async #encode(
    weights: ReadonlyMap<string, Float32Array>,
    whose = 'features without augmentation',
  ): Promise<Float32Array> {
    const { dim } = this.#settings;
    const parameters = Object.fromEntries(weights);
    const places = this.#fixed;
    const batches = cachedEvalBatches(this.#cache, { ...this.#settings, batch: places.length, places });
    const encode = async (images: Float32Array): Promise<Float32Array> =>
      (await this.#program.run({ ...parameters, images }))['features']!;
    const { features } = await extractFeatures(batches, encode, dim);
    checkUnit(features, dim, whose);
    return features;
  }

  async #accuracy(bank: Float32Array, k: number): Promise<number> {
    const voted = this.#voted;
    const numClasses = this.#numClasses;
    const queries = gatherRows(bank, voted, this.#settings.dim);
    const neighbours = await this.#finder.find({ queries, rows: bank, k, exclude: voted });
    const shares = knnVote({ ...neighbours, labels: this.#numbers, numClasses, tau: VOTE_TAU });
    return topAccuracy({ shares, numClasses, truth: voted.map((place) => this.#numbers[place]!), top: 1 });
  }

  async release(): Promise<void> {
    await this.#program.release();
    await this.#finder.release();
  }
}

interface Queries {
  readonly fixed: Int32Array;
  /** Empty if there are fewer than two classes. */
  readonly voted: Int32Array;
  readonly numbers: Int32Array;
  readonly numClasses: number;
}

function chooseAll(labels: readonly (string | undefined)[], seed: number): Queries {
  const { classes, numbers } = classNumbers(labels);
  const order = new Random(seed, 'sample').permutation(numbers.length);
  const labelled = classes.length < 2 ? [] : order.filter((place) => numbers[place]! >= 0);
  const voted = Int32Array.from(labelled.slice(0, MAX_QUERIES)).sort();
  return { fixed: chooseQueries(numbers, seed), voted, numbers, numClasses: classes.length };
}
