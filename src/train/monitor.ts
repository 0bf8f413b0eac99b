/** @file How training goes, measured after each epoch on the training pictures themselves. */
import { Random } from '../core/random.js';
import { cachedEvalBatches, type PictureCache } from '../data/index.js';
import { extractFeatures } from '../eval/features.js';
import { NeighbourFinder } from '../eval/neighbours.js';
import { encodeGraph } from '../method/encode.js';
import type { Settings } from '../method/settings.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { Variables } from '../nn/variables.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';
import { topAccuracy } from '../search/accuracy.js';
import { knnVote } from '../search/knn.js';

/** Enough for a percent of accuracy, and a second or two of a small encoder. */
const MAX_QUERIES = 2000;
/** Neighbours that vote, in the paper. */
const K = 200;
const BATCH = 100;

/** Class number of each picture, −1 where it has no label. */
export function classNumbers(labels: readonly (string | undefined)[]): {
  readonly classes: readonly string[];
  readonly numbers: Int32Array;
} {
  const classes = [...new Set(labels.filter((label) => label !== undefined))].sort();
  const numberOf = new Map(classes.map((label, number) => [label, number]));
  return { classes, numbers: Int32Array.from(labels, (label) => (label === undefined ? -1 : numberOf.get(label)!)) };
}

/** Accuracy of the bank as a classifier of pictures it has seen: features without augmentation vote, themselves left out. */
export class KnnMonitor {
  readonly #program: Program;
  readonly #finder: NeighbourFinder;
  readonly #cache: PictureCache;
  readonly #settings: Settings;
  /** Places of the query pictures in the cache. */
  readonly #queries: Int32Array;
  readonly #numbers: Int32Array;
  readonly #numClasses: number;

  private constructor(
    program: Program,
    finder: NeighbourFinder,
    cache: PictureCache,
    settings: Settings,
    labels: ReturnType<typeof classNumbers>,
  ) {
    this.#program = program;
    this.#finder = finder;
    this.#cache = cache;
    this.#settings = settings;
    this.#numbers = labels.numbers;
    this.#numClasses = labels.classes.length;
    const order = new Random(settings.seed, 'sample').permutation(cache.length);
    this.#queries = Int32Array.from(order.filter((i) => labels.numbers[i]! >= 0).subarray(0, MAX_QUERIES)).sort();
  }

  /** @returns undefined if there are fewer than two classes to tell apart */
  static async create(
    encoder: Encoder,
    settings: Settings,
    cache: PictureCache,
    backend: Backend,
  ): Promise<KnnMonitor | undefined> {
    const labels = classNumbers(cache.labels);
    if (labels.classes.length < 2) return undefined;
    const graph = encodeGraph(encoder, { batch: BATCH, size: settings.size }, new Variables('evaluation'));
    const program = await Program.create(graph, backend);
    return new KnnMonitor(program, await NeighbourFinder.create(settings.dim, backend), cache, settings, labels);
  }

  /** @returns top-1 accuracy in [0, 1] */
  async accuracy(weights: ReadonlyMap<string, Float32Array>, bank: Float32Array): Promise<number> {
    const { dim, tau } = this.#settings;
    const parameters = Object.fromEntries(weights);
    const batches = cachedEvalBatches(this.#cache, { ...this.#settings, batch: BATCH, places: this.#queries });
    const encode = async (images: Float32Array): Promise<Float32Array> =>
      (await this.#program.run({ ...parameters, images }))['features']!;
    const { features } = await extractFeatures(batches, encode, dim);
    const neighbours = await this.#finder.find({
      queries: features,
      rows: bank,
      k: Math.min(K, this.#cache.length - 1),
      exclude: this.#queries,
    });
    const shares = knnVote({ ...neighbours, labels: this.#numbers, numClasses: this.#numClasses, tau });
    const truth = this.#queries.map((i) => this.#numbers[i]!);
    return topAccuracy({ shares, numClasses: this.#numClasses, truth, top: 1 });
  }

  async release(): Promise<void> {
    await this.#program.release();
    await this.#finder.release();
  }
}
