/** @file Has batches for evaluation made in a thread of their own. */
import { Worker } from 'node:worker_threads';
import { shortSideOf } from '../cache/cache-format.js';
import type { TestTransform } from '../transform/centre-crop.js';
import type { EvalSource, MadeEvalBatch } from './eval-maker.js';
import { workerFailure } from './worker-failure.js';

/** What the thread is told when it starts. */
export interface EvalThreadData {
  readonly transform: TestTransform;
  /** Folder of the cache, if places in it will be asked for. */
  readonly cacheDir: string | undefined;
}

/** What it is sent then: which pictures, and memory for them, which goes to it. */
export interface EvalOrder {
  readonly sources: readonly EvalSource[];
  readonly images: Float32Array;
}

interface Waiting {
  readonly fulfil: (made: MadeEvalBatch) => void;
  readonly reject: (error: unknown) => void;
}

/** What `EvalMaker` does, in another thread; batches come back in the order in which they were asked for. */
export class EvalThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: unknown;

  constructor(transform: TestTransform, cacheDir?: string) {
    const { size, resize, fit = 'crop', interpolation = 'bilinear', mean, std } = transform;
    const shortSide = shortSideOf(transform);
    const data: EvalThreadData = { transform: { size, resize, shortSide, fit, interpolation, mean, std }, cacheDir };
    // Flags of the calling process, such as --input-type or --inspect, are not for its threads.
    this.#worker = new Worker(new URL('./eval-worker.js', import.meta.url), { workerData: data, execArgv: [] });
    this.#worker.on('message', (made: MadeEvalBatch) => this.#waiting.shift()?.fulfil(made));
    this.#worker.on('error', (error: Error) => this.#fail(workerFailure(error)));
  }

  /** As `EvalMaker.fill`; the memory of `images` goes to the thread, and comes back in what it gives. */
  fill(sources: readonly EvalSource[], images: Float32Array, signal?: AbortSignal): Promise<MadeEvalBatch> {
    const stop = (): void => this.#fail(signal!.reason);
    const made = new Promise<MadeEvalBatch>((fulfil, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ fulfil, reject });
      this.#worker.postMessage({ sources, images } satisfies EvalOrder, [images.buffer as ArrayBuffer]);
    });
    signal?.addEventListener('abort', stop);
    return made.finally(() => signal?.removeEventListener('abort', stop));
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
