/** @file A run as it stands at one checkpoint: its encoder and its collection, asked by row or by picture. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, CollectionPicture } from '../collection/collection.js';
import { duplicateCalibration } from '../collection/duplicates/duplicate-calibration.js';
import { openCollection, openTrainingCollection } from '../collection/open-collection.js';
import { InstDiscError, RunError } from '../core/errors.js';
import { shortSideOf } from '../data/cache/cache-format.js';
import type { Rgb } from '../data/picture.js';
import { PicturesAtHand } from '../data/pictures-at-hand.js';
import { CentreCropper } from '../data/transform/centre-crop.js';
import { seenOf } from '../data/transform/seen.js';
import { readMetrics } from '../run/checkpoint-state.js';
import { type OpenRunOptions, openRun, type TrainedRun } from '../run/open-run.js';
import { searchExact } from '../search/exact.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { Answers } from './answers.js';
import type { Neighbour, ServedPicture } from './api.js';
import type { Background } from './background.js';
import { Batcher } from './batcher.js';
import { labelsIn } from './described-run.js';
import { Once } from './once.js';
import { PixelSearch } from './pixel-search.js';
import { RequestError } from './problem.js';
import { TrainingRows } from './training-rows.js';

/** How long to wait for the pixels of all pictures. */
const PATIENCE_MS = 10_000;
/** Queries searched together at most. */
const BATCH = 64;

interface Query {
  readonly feature: Float32Array;
  readonly k: number;
  /** A row not to be found, −1 for none. */
  readonly exclude: number;
}

export class OpenedRun {
  readonly trained: TrainedRun;
  readonly collection: Collection;
  readonly training: TrainingRows;
  /** The labels there are, sorted. */
  readonly classes: readonly string[];
  /** Of its checkpoint. */
  readonly step: number;
  /** Whether there is an index that cannot be answered from. */
  readonly ignoresIndex: boolean;
  readonly answers: Answers;
  readonly #encoder: Batcher<Float32Array, Float32Array>;
  readonly #searcher: Batcher<Query, Neighbour[]>;
  readonly #atHand: PicturesAtHand;
  readonly #pixels = new Once(() => this.#lookAtPixels());
  readonly #signal: AbortSignal;
  #numUsers = 0;
  #isRetired = false;

  private constructor(trained: TrainedRun, chosen: ChosenCollection, background: Background) {
    const { collection, ignoresIndex } = chosen;
    this.step = trained.step;
    this.trained = trained;
    this.#signal = background.signal;
    this.collection = collection;
    this.ignoresIndex = ignoresIndex;
    this.classes = labelsIn(collection);
    this.training = new TrainingRows(trained.bank.ids, collection);
    this.#atHand = new PicturesAtHand(trained.cachePath, background.onError);
    this.#encoder = new Batcher(BATCH, (images) => this.#encodeAll(images));
    this.#searcher = new Batcher(BATCH, (queries) => this.#searchAll(queries));
    const { tau } = trained.config.settings;
    this.answers = new Answers(collection, {
      runPath: trained.path,
      keepsPlaces: trained.config.updates.length > 0,
      tau,
      ...background,
      calibrate: (neighbours) =>
        duplicateCalibration(trained, collection, neighbours, {
          onNotKept: background.onError,
          signal: background.signal,
        }),
      pictureOf: (row) => this.picture(row),
    });
  }

  /**
   * An index that is of an earlier encoder, or cannot be read, is told of and passed over; so is a damaged checkpoint
   * where an older one is whole.
   *
   * @throws {RunError} if there is no run, or it has no checkpoint yet, or is damaged
   */
  static async open(path: string, options: OpenRunOptions, background: Background): Promise<OpenedRun> {
    const trained = await openRun(path, { ...options, onDamage: background.onError });
    try {
      const folder = await RunFolder.open(path);
      // A line that is no record is said where the metrics are asked for.
      await readMetrics(folder, background.onError).catch(background.onError);
      return new OpenedRun(trained, await chooseCollection(trained, background), background);
    } catch (error) {
      await trained.release();
      throw error;
    }
  }

  /** @throws {RequestError} if there is no such row */
  known(row: number): CollectionPicture {
    const { pictures } = this.collection;
    const picture = pictures[row];
    if (picture !== undefined) return picture;
    throw new RequestError(404, `row: expected one in [0, ${pictures.length}), got ${row}.`);
  }

  /** What a client is told of a picture; throws as `known` does. */
  picture(row: number): ServedPicture {
    const { name, label } = this.known(row);
    return { row, name, label };
  }

  /** @returns the picture of a place in the training; undefined if it is not in the collection */
  pictureAt(place: number): ServedPicture | undefined {
    const row = this.training.rowOf(place);
    return row === undefined ? undefined : this.picture(row);
  }

  /** @returns float32[dim], the feature of a row */
  feature(row: number): Float32Array {
    const { features, dim } = this.collection;
    return features.subarray(row * dim, (row + 1) * dim);
  }

  /** Most pixels of the short side of a picture, before it is encoded. */
  get shortSide(): number {
    return shortSideOf(this.trained.transform);
  }

  /** @returns float32[dim], the feature of any picture */
  encode(picture: Rgb): Promise<Float32Array> {
    const { transform } = this.trained;
    const image = new Float32Array(3 * transform.size ** 2);
    new CentreCropper(transform).apply(picture, image);
    return this.#encoder.run(image);
  }

  /** The `k` pictures most similar to a feature, best first. */
  nearest(feature: Float32Array, k: number, exclude = -1): Promise<Neighbour[]> {
    return this.#searcher.run({ feature, k: Math.min(k, this.collection.pictures.length), exclude });
  }

  /** The same among the first `before` rows alone. */
  nearestBefore(feature: Float32Array, k: number, exclude: number, before: number): Neighbour[] {
    const { features, dim } = this.collection;
    const rows = features.subarray(0, before * dim);
    const { indices, scores } = searchExact({ queries: feature, rows, dim, k, exclude: Int32Array.of(exclude) });
    return this.#neighbours(indices, scores);
  }

  /**
   * The same as `nearest`, by plain pixels. All pictures are looked at when this is first asked.
   *
   * @param vectorOf gives the pixels to compare with
   * @returns undefined if looking at all pictures takes long; it goes on meanwhile
   */
  async nearestByPixels(
    vectorOf: (pixels: PixelSearch) => Int8Array,
    k: number,
    exclude?: number,
  ): Promise<Neighbour[] | undefined> {
    const looking = this.use(() => this.#pixels.get());
    const pixels = await Promise.race([looking, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (pixels === undefined) return undefined;
    const { indices, scores } = await pixels.nearest(vectorOf(pixels), k, exclude);
    return this.#neighbours(indices, scores);
  }

  /** Does something with the run, which stays open for as long, also if it is retired meanwhile. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#numUsers++;
    try {
      return await work();
    } finally {
      this.#numUsers--;
      if (this.#isRetired) await this.retire();
    }
  }

  /** Closes the run as soon as nobody uses it. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#numUsers > 0) return;
    this.#atHand.close();
    await this.collection.release();
    await this.trained.release();
  }

  /** Rows with their similarities, as neighbours; places that stayed empty are left out. */
  #neighbours(rows: Int32Array, similarities: Float32Array): Neighbour[] {
    return Array.from(rows, (row, i) => ({ row, similarity: similarities[i]! }))
      .filter(({ row }) => row >= 0)
      .map(({ row, similarity }) => ({ ...this.picture(row), similarity }));
  }

  /** The square that the encoder sees of a picture. @param picture reduced as for the cache */
  seenOf(picture: Rgb): Rgb {
    return seenOf(picture, this.trained.transform);
  }

  /** The pixels of a row, reduced as for the cache; undefined if its file is gone, or is no picture any more. */
  async pixels(row: number): Promise<Rgb | undefined> {
    const picture = this.known(row);
    return this.#atHand.cached(picture) ?? this.#atHand.reduced(picture, this.shortSide).catch(() => undefined);
  }

  async #lookAtPixels(): Promise<PixelSearch> {
    return PixelSearch.create(this.collection.pictures.length, (row) => this.pixels(row), this.#signal);
  }

  async #encodeAll(images: readonly Float32Array[]): Promise<Float32Array[]> {
    const { dim } = this.trained;
    const features = await this.trained.encode(concatenate(images), images.length);
    return images.map((_, i) => features.slice(i * dim, (i + 1) * dim));
  }

  async #searchAll(queries: readonly Query[]): Promise<Neighbour[][]> {
    const largest = Math.max(...queries.map(({ k }) => k));
    const { indices, scores, k } = await this.collection.nearest(
      concatenate(queries.map(({ feature }) => feature)),
      largest,
      Int32Array.from(queries, ({ exclude }) => exclude),
    );
    return queries.map((query, i) =>
      this.#neighbours(indices.subarray(i * k, i * k + query.k), scores.subarray(i * k, i * k + query.k)),
    );
  }
}

interface ChosenCollection {
  readonly collection: Collection;
  readonly ignoresIndex: boolean;
}

async function chooseCollection(trained: TrainedRun, { onError }: Background): Promise<ChosenCollection> {
  try {
    return { collection: await openCollection(trained), ignoresIndex: false };
  } catch (error) {
    if (!(error instanceof InstDiscError)) throw error;
    const collection = await openTrainingCollection(trained);
    onError(new RunError(`${error.message} Until then, answers are from the pictures of the training.`));
    return { collection, ignoresIndex: true };
  }
}

function concatenate(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const array of arrays) {
    whole.set(array, end);
    end += array.length;
  }
  return whole;
}
