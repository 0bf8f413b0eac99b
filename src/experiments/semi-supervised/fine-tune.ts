/** @file Learning classes from few labelled pictures, from an encoder that has learnt without any or from nothing. */
import { join } from 'node:path';
import type { Picture } from '../../data/picture.js';
import { appliesTo } from '../../method/losses/named-losses.js';
import type { Settings } from '../../method/settings.js';
import { type GivenSettings, parseRunConfig } from '../../run/config.js';
import { exportRun } from '../../run/export-run.js';
import { makeFolder } from '../../store/files/make-folder.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { holdsRun, inputsPath } from '../../store/run-folder/run-place.js';
import { train } from '../../train/train.js';
import type { TrainOptions } from '../../train/training-options.js';
import { trainingOn } from './labelled-subset.js';

/** `encoder`: with the weights of the run. `scratch`: the same network with weights drawn at random. */
export type Start = 'encoder' | 'scratch';

/** How long and how fast is learnt. */
export interface FineTuneBudget {
  /** Steps at least: as many whole epochs as it takes, so that small and large sets get the same time. Default 600. */
  readonly steps?: number;
  /** Passes over the pictures, in place of `steps`; 70 in the paper (4.4). */
  readonly epochs?: number;
  /** Pictures a step; default 64, or all pictures if they are fewer. */
  readonly batch?: number;
  /** Learning rate at the beginning; it falls along a cosine. Default FINE_TUNE_LR, whatever the start. */
  readonly lr?: number;
  /** Of the order, crops and new weights; default 0. */
  readonly seed?: number;
}

export interface FineTuneOptions
  extends FineTuneBudget,
    Pick<TrainOptions, 'device' | 'threads' | 'workers' | 'onEvent' | 'signal'> {
  /** The run folder whose network, crops and normalisation are taken. */
  readonly run: string;
  readonly start: Start;
  /** What to learn from, all of it labelled, in two classes or more. */
  readonly pictures: readonly Picture[];
  /** Folder of the training: a new one, or one that was interrupted or finished with the same options. */
  readonly out: string;
}

export const FINE_TUNE_STEPS = 600;
export const FINE_TUNE_BATCH = 64;
/**
 * Best of three for both starts, with 450 labels of CIFAR-10 and 150 steps: at 0.01, 0.05 and 0.2 a test accuracy of
 * 31, 33 and 27 % from an encoder, 25, 29 and 19 % from scratch. The paper begins with 0.01.
 */
export const FINE_TUNE_LR = 0.05;

/**
 * Trains the run's network, and with it a weight row for each class, on labelled pictures, by the loss `supervised`
 * (Wu et al. 2018, 4.4). All layers are trained. A training that was interrupted goes on, one that is finished is left
 * as it is.
 *
 * @returns whether it reached its end, or was stopped by the signal and goes on when it is called again
 * @throws {RunError} if `run` has no checkpoint, or `out` holds a training with other options
 * @throws {DataError} if a picture has no label, there are fewer than two classes, or a picture is a record of a file
 */
export async function fineTune(options: FineTuneOptions): Promise<'finished' | 'stopped'> {
  const { run, start, pictures, out, device, threads, workers, onEvent, signal } = options;
  const { config } = await RunFolder.open(run);
  const { recipe, settings } = parseRunConfig(config, run);
  const resume = holdsRun(out);
  const init = join(inputsPath(out), 'start.safetensors');
  if (start === 'encoder' && !resume) {
    await makeFolder(inputsPath(out));
    await exportRun(run, init);
  }
  return train({
    ...(await trainingOn(pictures, out)),
    recipe,
    settings: settingsFor(settings, fineTuneBudget(pictures.length, options)),
    out,
    resume,
    ...(start === 'encoder' && { init }),
    // Where it runs is settled once; going on elsewhere would be another training.
    ...(!resume && { ...(device && { device }), ...(threads !== undefined && { threads }) }),
    ...(workers !== undefined && { workers }),
    ...(onEvent && { onEvent }),
    ...(signal && { signal }),
  });
}

/** The budget with its defaults, for a number of pictures. Two a step at least, for the sake of batch normalisation. */
export function fineTuneBudget(
  numPictures: number,
  { steps = FINE_TUNE_STEPS, lr = FINE_TUNE_LR, seed = 0, ...given }: FineTuneBudget,
): Required<FineTuneBudget> {
  const batch = Math.max(2, Math.min(given.batch ?? FINE_TUNE_BATCH, numPictures));
  const stepsPerEpoch = Math.ceil(numPictures / batch);
  const { epochs = Math.ceil(steps / stepsPerEpoch) } = given;
  return { batch, epochs, steps: epochs * stepsPerEpoch, lr, seed };
}

/** The run's settings, but for what concerns the loss and the budget. */
function settingsFor(settings: Settings, { batch, epochs, lr, seed }: Required<FineTuneBudget>): GivenSettings {
  const kept = Object.entries(settings).filter(([name]) => appliesTo(name, 'supervised'));
  return {
    ...Object.fromEntries(kept),
    ...{ loss: 'supervised', batch, epochs, optimizer: 'sgd', lr, seed, schedule: 'cosine', warmup: 0 },
    // The encoder has learnt from pictures of its full size by the end of its training.
    progression: [1],
  };
}
