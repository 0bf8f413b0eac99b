/** @file What a training knows of its pictures beside their pixels: how many, of which classes, drawn how often. */
import type { PictureCache } from '../data/cache/cache.js';
import { readWeights } from '../data/labels/weights.js';
import type { Instances } from '../method/losses/loss.js';
import { lossNamed } from '../method/losses/named-losses.js';
import { classNumbers } from '../run/class-numbers.js';
import type { RunConfig } from '../run/config.js';
import { numRememberedOf } from '../run/run-update.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

/** What is looked at of pictures, in a cache or before. */
type Listed = Pick<PictureCache, 'ids' | 'labels'>;

/**
 * @throws {DataError} if the loss needs labels that are not there, or pictures lack a weight
 * @throws {ArgumentError} if there are too few pictures for the loss
 */
export async function readInstances(run: RunFolder, config: RunConfig, { ids, labels }: Listed): Promise<Instances> {
  const { settings } = config;
  const noiseWeights = await readNoise(run, config, ids);
  const noise = noiseWeights && { noiseWeights };
  lossNamed(settings.loss).check?.(settings, { ids, labels, ...noise });
  const { classes, numbers } = classNumbers(labels);
  const numImages = ids.length + numRememberedOf(config);
  return { numImages, numClasses: classes.length, classes: numbers, ...noise };
}

/** From the newest checkpoint, so that a run goes on with the noise it began with; at its beginning from the file. */
async function readNoise(
  run: RunFolder,
  { noiseWeights: file }: RunConfig,
  ids: readonly string[],
): Promise<Float64Array | undefined> {
  if (file === null) return undefined;
  if ((await run.latestCheckpoint()) === undefined) return readWeights(file, ids);
  return (await run.loadPart('noise')).get('weights')!.data as Float64Array;
}
