/** @file Makes augmented batches ahead of time, in worker threads. */

import { Worker } from 'node:worker_threads';
import { DataError } from '../../core/errors.js';
import { BatchMaker, type BatchSettings, lengthsOf } from './batch-maker.js';
import type { PictureOrder } from './sampler.js';
import { workerFailure } from './worker-failure.js';

export interface LoaderOptions extends BatchSettings {
  /** Worker threads; 0 makes each batch in the calling thread when it is asked for. Default 1. */
  readonly workers?: number;
  /** Batches made or being made beyond the one in use; default 4. Each takes 12 × views × batch × size² bytes. */
  readonly ahead?: number;
}

/** The pictures of one step. */
export interface Batch {
  readonly step: number;
  readonly epoch: number;
  /** int32[batch], places in the cache. */
  readonly indices: Int32Array;
  /** float32[views · batch, 3, size, size], normalised: the first view of all pictures, then the second; then the smaller. */
  readonly images: Float32Array;
}

/**
 * Gives the batches of a sampler, step by step. They are the same for any number of workers.
 *
 * A batch's memory is handed to a worker, filled there, handed back, and handed on again once the caller is done with
 * it: nothing is copied, and there is never more of it than `ahead + 1` batches. The caller may block its thread
 * between two batches, for the workers have their orders in advance.
 */
export class Loader {
  /** Milliseconds that the last `next` had to wait for its batch. */
  waitedMs = 0;
  readonly #sampler: PictureOrder;
  readonly #workers: Worker[];
  readonly #maker: BatchMaker | undefined;
  /** Finished batches by step. */
  readonly #ready = new Map<number, Batch>();
  #step: number;
  /** The next step to order from a worker. */
  #ordered: number;
  /** Memory of the batch the caller has. */
  #inUse: Float32Array | undefined;
  #failure: Error | undefined;
  /** Wakes the pending `next`. */
  #wake: () => void = () => undefined;

  /**
   * @param firstStep step of the first batch; > 0 to resume
   * @throws {RunError} without workers: if there is no whole cache (with workers, `next` rejects)
   */
  constructor(options: LoaderOptions, sampler: PictureOrder, firstStep: number) {
    const { cacheDir, size, augmentation, views = 1, local, seed, workers = 1, ahead = 4 } = options;
    const settings: BatchSettings = { cacheDir, size, augmentation, views, seed, ...(local && { local }) };
    const length = lengthsOf(settings, sampler.batchSize).reduce((sum, numbers) => sum + numbers);
    this.#sampler = sampler;
    this.#step = firstStep;
    this.#ordered = firstStep;
    this.#workers = Array.from({ length: workers }, () => this.#startWorker(settings));
    this.#maker = workers === 0 ? new BatchMaker(settings) : undefined;
    const numBatches = workers === 0 ? 1 : ahead + 1;
    for (let i = 0; i < numBatches; i++) this.#order(new Float32Array(length));
  }

  /**
   * The batch of the next step. To be awaited before it is called again.
   *
   * @returns its images are the caller's until the next call, which takes their memory away
   * @throws {RunError} if there is no whole cache
   * @throws {DataError} if a worker failed otherwise, with the cause; or if the loader is closed
   */
  async next(): Promise<Batch> {
    const start = performance.now();
    if (this.#inUse !== undefined) this.#order(this.#inUse);
    this.#inUse = undefined;
    while (!this.#ready.has(this.#step)) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const batch = this.#ready.get(this.#step) as Batch;
    this.#ready.delete(this.#step++);
    this.#inUse = batch.images;
    this.waitedMs = performance.now() - start;
    return batch;
  }

  /** Ends the workers. A pending `next` rejects. */
  async close(): Promise<void> {
    this.#fail(new DataError('loader: expected to be open, got closed'));
    this.#maker?.close();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #order(images: Float32Array): void {
    const step = this.#ordered++;
    const batch: Batch = { step, ...this.#sampler.batch(step), images };
    if (this.#maker === undefined) {
      const worker = this.#workers[step % this.#workers.length] as Worker;
      worker.postMessage(batch, [images.buffer as ArrayBuffer]);
    } else {
      this.#maker.fill(batch.epoch, batch.indices, images);
      this.#ready.set(step, batch);
    }
  }

  #startWorker(settings: BatchSettings): Worker {
    // Flags of the calling process, such as --input-type or --inspect, are not for its workers.
    const options = { workerData: settings, execArgv: [] };
    const worker = new Worker(new URL('./loader-worker.js', import.meta.url), options);
    worker.on('message', (batch: Batch) => {
      this.#ready.set(batch.step, batch);
      this.#wake();
    });
    worker.on('error', (error: Error) => this.#fail(workerFailure(error, 'loader: ')));
    return worker;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }
}
