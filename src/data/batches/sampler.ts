/** @file Which pictures make the batch of a step. */

import { checkCount } from '../../core/check-count.js';
import { ArgumentError } from '../../core/errors.js';
import { Random } from '../../core/random.js';

/** Which pictures come when. */
export interface PictureOrder {
  readonly batchSize: number;
  /**
   * @param step counted from 0 over all epochs
   * @returns the epoch the step belongs to, and int32[batch], places
   */
  batch(step: number): { readonly epoch: number; readonly indices: Int32Array };
}

export interface SamplerOptions {
  /** Number of pictures in the data set. */
  readonly pictures: number;
  /** Pictures a batch, in [1, pictures]. */
  readonly batch: number;
  /** The run's seed, an integer in [0, 2^32). */
  readonly seed: number;
  /** Place of the first of these pictures, where others draw from others; default 0. */
  readonly first?: number;
  /** Of several that draw by one seed, each in another order; default 0. */
  readonly rank?: number;
  /** Default as many as show each picture once. */
  readonly stepsPerEpoch?: number;
  /** With which step of a training these epochs begin, and the number of the first; default 0. */
  readonly firstStep?: number;
  readonly firstEpoch?: number;
}

/**
 * Visits every picture once an epoch, each epoch in a fresh random order.
 *
 * All batches have the same size and hold distinct pictures: the last one of an epoch is completed with the epoch's
 * first pictures. A batch depends on nothing but the seed and the step, so a run resumes by asking for another step.
 */
export class Sampler implements PictureOrder {
  readonly numPictures: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly #seed: number;
  readonly #first: number;
  readonly #rank: number;
  readonly #firstStep: number;
  readonly #firstEpoch: number;
  #epoch = -1;
  #order = new Uint32Array(0);

  /** @throws {ArgumentError} if there are fewer pictures than a batch takes */
  constructor({
    pictures,
    batch,
    seed,
    first = 0,
    rank = 0,
    stepsPerEpoch,
    firstStep = 0,
    firstEpoch = 0,
  }: SamplerOptions) {
    checkCount('batch', batch);
    if (!(Number.isInteger(pictures) && pictures >= batch)) {
      throw new ArgumentError(
        `batch: expected at most the number of pictures, ${pictures}, got ${batch}; take a smaller batch or more pictures`,
      );
    }
    this.numPictures = pictures;
    this.batchSize = batch;
    this.stepsPerEpoch = stepsPerEpoch ?? Math.ceil(pictures / batch);
    this.#seed = seed;
    this.#first = first;
    this.#rank = rank;
    this.#firstStep = firstStep;
    this.#firstEpoch = firstEpoch;
  }

  /**
   * @param step counted from 0 over all epochs
   * @returns the epoch the step belongs to, and int32[batch], distinct, each in [first, first + pictures)
   */
  batch(step: number): { epoch: number; indices: Int32Array } {
    const done = step - this.#firstStep;
    const epoch = this.#firstEpoch + Math.floor(done / this.stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = new Random(this.#seed, 'shuffle', epoch, this.#rank).permutation(
        this.numPictures,
      ) as Uint32Array<ArrayBuffer>;
      this.#epoch = epoch;
    }
    const start = (done % this.stepsPerEpoch) * this.batchSize;
    const indices = Int32Array.from(
      { length: this.batchSize },
      (_, i) => this.#first + this.#order[(start + i) % this.numPictures]!,
    );
    return { epoch, indices };
  }
}
