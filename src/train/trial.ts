/** @file A training step of one kind, fed as in a training, to be timed. */
import { Loader } from '../data/batches/loader.js';
import { Sampler } from '../data/batches/sampler.js';
import { lossNamed } from '../method/losses/named-losses.js';
import type { Settings } from '../method/settings.js';
import { smallerCrops } from '../method/step.js';
import { augmentationOf } from '../run/augmentation.js';
import type { EncoderForm } from '../run/encoder-form.js';
import type { Backend } from '../runtime/device.js';
import { Trainer } from './trainer.js';

/**
 * Steps and seconds before the first step that counts: the loader is four batches ahead, and gets faster while Node
 * compiles it. Slow steps wait for no loader anyway.
 */
const WARM_UP = 5;
const WARM_UP_SECONDS = 2;
const MOST_STEPS = 24;
const LEAST_STEPS = 3;
const ENOUGH_SECONDS = 4;
const NUM_CLASSES = 10;

export interface TrialOptions {
  /** Pictures in the cache. */
  readonly numCached: number;
  /** Folder of the cache that steps are fed from. */
  readonly cacheDir: string;
  readonly backend: Backend;
}

export class Trial {
  readonly #trainer: Trainer;
  readonly #loader: Loader;
  readonly #settings: Settings;
  readonly #times: number[] = [];
  /** That it took to be made. */
  readonly startSeconds: number;

  constructor(trainer: Trainer, loader: Loader, settings: Settings, startSeconds: number) {
    this.#trainer = trainer;
    this.#loader = loader;
    this.#settings = settings;
    this.startSeconds = startSeconds;
  }

  /** Parameters and buffers of the encoder, by name. */
  get weights(): ReadonlyMap<string, Float32Array> {
    return this.#trainer.weights;
  }

  /** Takes a step. @returns seconds a picture */
  async step(): Promise<number> {
    const before = performance.now();
    await this.#trainer.train(await this.#loader.next(), this.#settings.lr);
    return (performance.now() - before) / 1000 / this.#settings.batch;
  }

  async warmUp(): Promise<void> {
    const startedAt = performance.now();
    const isWarm = (steps: number): boolean => steps >= WARM_UP && secondsSince(startedAt) > WARM_UP_SECONDS;
    for (let step = 0; !isWarm(step) && secondsSince(startedAt) < ENOUGH_SECONDS; step++) await this.step();
  }

  /** Takes steps alone. @returns seconds a picture: the median */
  async time(): Promise<number> {
    await this.warmUp();
    const times: number[] = [];
    const startedAt = performance.now();
    const isEnough = (): boolean => times.length >= LEAST_STEPS && secondsSince(startedAt) > ENOUGH_SECONDS;
    while (times.length < MOST_STEPS && !isEnough()) times.push(await this.step());
    return quantile(times, 1 / 2);
  }

  /** Takes steps in turn with another. @returns the other's time, as a multiple of its own: the median */
  async compare(other: Trial): Promise<number> {
    await other.warmUp();
    const ratios: number[] = [];
    const startedAt = performance.now();
    const isEnough = (): boolean => ratios.length >= LEAST_STEPS && secondsSince(startedAt) > ENOUGH_SECONDS;
    while (ratios.length < MOST_STEPS && !isEnough()) {
      const own = await this.step();
      this.#times.push(own);
      ratios.push((await other.step()) / own);
    }
    return quantile(ratios, 1 / 2);
  }

  /**
   * Seconds a picture, of all steps compared: the lower quartile. On a quiet machine all take about as long; on a busy
   * one the others tell of somebody else's work, which will not go on for the whole experiment.
   */
  get quietSeconds(): number {
    return quantile(this.#times, 1 / 4);
  }

  async close(): Promise<void> {
    await this.#loader.close();
    await this.#trainer.release();
  }
}

/**
 * @param form whose `size` is the side of the crops
 * @param numRows of the bank
 * @param workers loader threads
 */
export async function startTrial(
  { numCached, cacheDir, backend }: TrialOptions,
  { settings, architecture }: EncoderForm,
  numRows: number,
  workers = 1,
): Promise<Trial> {
  const { size, batch } = settings;
  const loss = lossNamed(settings.loss);
  const local = smallerCrops(loss, settings);
  const startedAt = performance.now();
  // Whether classes are few or many makes no difference to the time.
  const classes = Int32Array.from({ length: numRows }, (_, i) => i % NUM_CLASSES);
  const instances = { numImages: numRows, numClasses: NUM_CLASSES, classes };
  const trainer = await Trainer.create(architecture, loss, settings, instances, backend);
  const startSeconds = (performance.now() - startedAt) / 1000;
  const sampler = new Sampler({ pictures: numCached, batch, seed: 0 });
  const loader = new Loader(
    {
      cacheDir,
      size,
      augmentation: augmentationOf(settings),
      views: loss.views,
      seed: 0,
      workers,
      ...(local && { local }),
    },
    sampler,
    0,
  );
  return new Trial(trainer, loader, settings, startSeconds);
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

function quantile(numbers: readonly number[], part: number): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * part)]!;
}
