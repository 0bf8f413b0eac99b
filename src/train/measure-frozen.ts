/** @file How fast this machine trains what is added to a network that stays as it is. */
import { Random } from '../core/random.js';
import { Sampler } from '../data/batches/sampler.js';
import { openCache } from '../data/cache/cache.js';
import { randomUnitRows } from '../method/bank.js';
import { lossNamed } from '../method/losses/named-losses.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import type { EncoderForm } from '../run/encoder-form.js';
import { type Load, secondsOfEpochs, type TrainingSpeed } from './budget.js';
import { CropFeatureSource } from './crop-feature-source.js';
import { timeEncoding } from './measure-speed.js';
import { Trainer } from './trainer.js';
import type { TrialOptions } from './trial.js';

const STEPS = 30;
const MOST_CROPS = 32;
/** Passes over all pictures after which what is added learns nothing more; after 20 its votes hardly change (docs/encoders.md). */
export const FROZEN_EPOCHS = 40;

/**
 * @param added what is trained
 * @param numRows of the bank
 * @returns `start` without the crops, which are to be encoded before
 */
export async function measureFrozen(
  options: TrialOptions,
  { settings, architecture }: EncoderForm,
  added: Encoder,
  numRows: number,
): Promise<TrainingSpeed> {
  const cache = openCache(options.cacheDir);
  const numPictures = cache.length;
  cache.close();
  const before = performance.now();
  const [dim] = added.takes!(settings.size) as [number];
  const loss = lossNamed(settings.loss);
  const batch = Math.min(settings.batch, numPictures);
  const classes = Int32Array.from({ length: numRows }, (_, i) => i % 2);
  const instances = { numImages: numRows, numClasses: 2, classes };
  const trainer = await Trainer.create(added, loss, { ...settings, batch }, instances, options.backend);
  try {
    const features = new Float32Array(loss.views * numPictures * dim);
    randomUnitRows(features, dim, new Random(0, 'sample'));
    const order = new Sampler({ pictures: numPictures, batch, seed: 0 });
    const source = new CropFeatureSource(
      { crops: { dim, features }, range: { first: 0, length: numPictures }, views: loss.views, seed: 0 },
      order,
      0,
    );
    const encode = await timeEncoding(options, { settings, architecture }, trainer.weights);
    const start = (performance.now() - before) / 1000;
    // The first run prepares the others.
    await trainer.train(await source.next(), settings.lr);
    const startedAt = performance.now();
    for (let step = 0; step < STEPS; step++) await trainer.train(await source.next(), settings.lr);
    return { train: (performance.now() - startedAt) / 1000 / STEPS / batch, encode, start };
  } finally {
    await trainer.release();
  }
}

/** Crops of each picture that there is time for, and what they take. */
export function cropsWithin(
  seconds: number,
  speed: TrainingSpeed,
  load: Load,
): { readonly count: number; readonly seconds: number } {
  const each = load.numPictures * speed.encode;
  const left = seconds - secondsOfEpochs(FROZEN_EPOCHS, speed, load);
  const count = Math.max(2, Math.min(MOST_CROPS, Math.floor(left / each)));
  return { count, seconds: count * each };
}
