/** @file How training goes, measured after each epoch on the training pictures themselves. */

import { NeighbourFinder } from '../collection/neighbour-finder.js';
import { Random } from '../core/random.js';
import { checkUnit } from '../core/vector.js';
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
import { knnVote } from '../search/knn.js';
import type { Neighbours } from '../search/neighbours.js';
import { chooseQueries, queryRecords } from './fixed-queries.js';

/** Enough for a percent of accuracy, and a second or two of a small encoder. */
const MAX_QUERIES = 2000;
/** Neighbours that vote, in the paper. */
const K = 200;
const BATCH = 100;

/** What the monitor sees after an epoch. */
export type MonitorRecord = Pick<EpochRecord, 'knn' | 'queries'>;

/**
 * Asks the bank for the neighbours of training pictures, encoded without augmentation, themselves left out: of a fixed
 * handful, to be looked at, and of a sample of those with labels, whose neighbours vote.
 */
export class Monitor {
  readonly #program: Program;
  readonly #batch: number;
  readonly #finder: NeighbourFinder;
  readonly #cache: PictureCache;
  readonly #settings: Settings;
  readonly #fixed: Int32Array;
  /** Places of all queries in the cache: first the fixed ones, then those that are voted on. */
  readonly #places: Int32Array;
  readonly #numbers: Int32Array;
  readonly #numClasses: number;

  private constructor(
    program: Program,
    batch: number,
    finder: NeighbourFinder,
    cache: PictureCache,
    settings: Settings,
    { fixed, voted, numbers, numClasses }: Queries,
  ) {
    this.#program = program;
    this.#batch = batch;
    this.#finder = finder;
    this.#cache = cache;
    this.#settings = settings;
    this.#fixed = fixed;
    this.#places = Int32Array.of(...fixed, ...voted);
    this.#numbers = numbers;
    this.#numClasses = numClasses;
  }

  static async create(encoder: Encoder, settings: Settings, cache: PictureCache, backend: Backend): Promise<Monitor> {
    const queries = chooseAll(cache.labels, settings.seed);
    const batch = Math.min(BATCH, queries.fixed.length + queries.voted.length);
    const graph = encodeGraph(encoder, { batch, size: settings.size }, new Variables('evaluation'));
    const program = await Program.create(graph, backend);
    const finder = new NeighbourFinder(settings.dim, backend);
    return new Monitor(program, batch, finder, cache, settings, queries);
  }

  /**
   * @returns `knn`, a top-1 accuracy in [0, 1], only if there are two classes or more to tell apart
   * @throws {NotFiniteError} as `check` does
   */
  async observe(weights: ReadonlyMap<string, Float32Array>, bank: Float32Array): Promise<MonitorRecord> {
    const features = await this.#encode(weights, this.#places);
    const neighbours = await this.#finder.find({
      queries: features,
      rows: bank,
      k: Math.min(K, this.#cache.length - 1),
      exclude: this.#places,
    });
    const queries = queryRecords(this.#fixed, neighbours);
    return this.#places.length > this.#fixed.length ? { knn: this.#accuracy(neighbours), queries } : { queries };
  }

  /**
   * Encodes the fixed pictures alone: those of a step give features by the statistics of their batch even where the
   * running ones have left all bounds.
   *
   * @param whose features, for the error
   * @throws {NotFiniteError} if the encoder gives features that are not of length one, be its weights finite
   */
  async check(weights: ReadonlyMap<string, Float32Array>, whose?: string): Promise<void> {
    await this.#encode(weights, this.#fixed, whose);
  }

  async #encode(
    weights: ReadonlyMap<string, Float32Array>,
    places: Int32Array,
    whose = 'features without augmentation',
  ): Promise<Float32Array> {
    const { dim } = this.#settings;
    const parameters = Object.fromEntries(weights);
    const batches = cachedEvalBatches(this.#cache, { ...this.#settings, batch: this.#batch, places });
    const encode = async (images: Float32Array): Promise<Float32Array> =>
      (await this.#program.run({ ...parameters, images }))['features']!;
    const { features } = await extractFeatures(batches, encode, dim);
    checkUnit(features, dim, whose);
    return features;
  }

  #accuracy(neighbours: Neighbours): number {
    const numClasses = this.#numClasses;
    const shares = knnVote({ ...neighbours, labels: this.#numbers, numClasses, tau: this.#settings.tau });
    // The fixed ones were chosen to be looked at, not as a fair sample: without a truth they do not count.
    const truth = this.#places.map((place, i) => (i < this.#fixed.length ? -1 : this.#numbers[place]!));
    return topAccuracy({ shares, numClasses, truth, top: 1 });
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
