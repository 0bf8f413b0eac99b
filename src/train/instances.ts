/** @file What a loss needs to know of the pictures of a run: how many, of which classes, drawn how often. */
import { DataError } from '../core/errors.js';
import type { PictureCache } from '../data/cache/cache.js';
import { readWeights } from '../data/labels/weights.js';
import { DRAWING_LOSSES } from '../method/loss.js';
import { checkNoise } from '../method/noise.js';
import { classNumbers } from '../run/class-numbers.js';
import type { RunConfig } from '../run/config.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import type { Instances } from './trainer.js';

/** What is looked at of pictures, in a cache or before. */
type Listed = Pick<PictureCache, 'length' | 'ids' | 'labels'>;

/**
 * @throws {DataError} if the loss needs labels that are not there, or pictures lack a weight
 * @throws {ArgumentError} if there is too little to draw negatives from
 */
export async function readInstances(run: RunFolder, config: RunConfig, cache: Listed): Promise<Instances> {
  const { settings } = config;
  const noiseWeights = await readNoise(run, config, cache.ids);
  if (DRAWING_LOSSES.includes(settings.loss)) checkNoise(settings, cache.length, settings.batch, noiseWeights);
  return {
    numImages: cache.length,
    ...(settings.loss === 'supervised' && { classes: classesOf(cache) }),
    ...(noiseWeights && { noiseWeights }),
  };
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

function classesOf({ labels, ids }: Listed): NonNullable<Instances['classes']> {
  const unlabelled = labels.indexOf(undefined);
  if (unlabelled >= 0) {
    const count = labels.filter((label) => label === undefined).length;
    throw new DataError(
      `loss supervised: expected a label for each of ${labels.length} pictures, got none for ${count}, such as ${ids[unlabelled]}. Put them into a folder for each class, or give --labels.`,
    );
  }
  const { classes, numbers } = classNumbers(labels);
  if (classes.length < 2) {
    throw new DataError(`loss supervised: expected two classes or more, got only '${classes[0]}'. Give --labels.`);
  }
  return { numbers, count: classes.length };
}
