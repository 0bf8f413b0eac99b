/** @file The observation the paper starts from: a classifier is trained, and asked about pictures it has not learnt. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { csvText } from '../../core/csv-write.js';
import { DataError } from '../../core/errors.js';
import { readLabels } from '../../data/labels/labels.js';
import type { Picture, Skipped } from '../../data/picture.js';
import { type ScanReport, scan } from '../../data/scan/scan.js';
import type { TopAccuracies } from '../../evaluate/classify.js';
import { responseAccuracy } from '../../evaluate/responses.js';
import { checkTestClasses } from '../../evaluate/supervised-accuracy.js';
import { learnsClasses } from '../../method/losses/named-losses.js';
import { DEFAULT_RECIPE } from '../../method/recipes.js';
import { openClassifier } from '../../run/classifier.js';
import { resolveSettings } from '../../run/config.js';
import type { OpenRunOptions } from '../../run/open-run.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { holdsRun, inputsPath } from '../../store/run-folder/run-place.js';
import type { TrainOptions } from '../../train/training-options.js';
import { FINE_TUNE_LR } from '../semi-supervised/fine-tune.js';
import { labelledSubset, trainingOn } from '../semi-supervised/labelled-subset.js';
import {
  type ClassObservation,
  chooseShown,
  labelledResponses,
  type ObservedPicture,
  observeClasses,
  rankedResponses,
} from './observation.js';

/** Part of each class that is not learnt, to be asked about. */
const HELD_OUT = 0.1;

/**
 * Sets up a supervised training that leaves a tenth of each class aside, at least one picture of it, for `observe`; a
 * class of one picture is learnt. A training that has begun goes on.
 *
 * @param options for `train`; the loss is set, unless it is one that learns classes
 * @param pictures of the paths, with labels
 * @returns what `train` is to be given
 * @throws {DataError} if a picture has no label, or there are fewer than two classes with two pictures
 */
export async function heldOutTraining(options: TrainOptions, pictures: readonly Picture[]): Promise<TrainOptions> {
  const { out } = options;
  const given = options.settings ?? {};
  const seed = typeof given['seed'] === 'number' ? given['seed'] : 0;
  const sizes = new Map<string | undefined, number>();
  for (const { label } of pictures) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const heldOut = labelledSubset(
    pictures.filter(({ label }) => sizes.get(label)! > 1),
    HELD_OUT,
    seed,
  );
  if (new Set(heldOut.map(({ label }) => label)).size < 2) {
    throw new DataError(
      'pictures: expected two classes or more with two pictures each, in a folder a class, got fewer. One is learnt, one is asked about.',
    );
  }
  const isHeldOut = new Set(heldOut);
  const learnt = pictures.filter((picture) => !isHeldOut.has(picture));
  const files = await trainingOn(learnt, out);
  const rows = heldOut.map(({ id, label = '' }) => [id, label]);
  await writeFileAtomic(heldOutPath(out), csvText([['path', 'label'], ...rows]));
  return { ...options, ...files, ...supervisedTraining(options, learnt.length) };
}

/** The same for a training that leaves nothing aside, as others are asked about. */
export function supervisedTraining(
  { out, recipe = DEFAULT_RECIPE, settings = {} }: TrainOptions,
  numPictures: number,
): Pick<TrainOptions, 'settings' | 'resume'> {
  const { batch, lr } = resolveSettings(recipe, settings);
  const loss = learnsClasses(settings['loss']) ? settings['loss'] : 'supervised';
  const fitting = {
    batch: Math.max(2, Math.min(batch, numPictures)),
    // A recipe's rate may be meant for features of length one, whose loss is flatter.
    optimizer: 'sgd',
    lr: Math.min(lr, FINE_TUNE_LR),
  };
  return {
    settings: { ...fitting, ...settings, loss },
    resume: holdsRun(out),
  };
}

/** The pictures that `heldOutTraining` has left aside, with their labels; undefined if it did not make the run. */
export async function heldOutOf(run: string): Promise<ScanReport | undefined> {
  const path = heldOutPath(run);
  if (!existsSync(path)) return undefined;
  const labels = await readLabels(path);
  return scan([...labels.keys()], { labels });
}

function heldOutPath(run: string): string {
  return join(inputsPath(run), 'held-out.csv');
}

export interface ObserveOptions extends OpenRunOptions {
  /** Labelled pictures that were not learnt; default none. */
  readonly test?: readonly Picture[];
  /** Pictures to be shown, labelled or not; default some of the test pictures that are told right, if any are. */
  readonly pictures?: readonly Picture[];
  /** Of the choice of pictures; default 0. */
  readonly seed?: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface Observation {
  readonly classes: readonly string[];
  /** Labelled test pictures that could be decoded. */
  readonly numTest: number;
  /** Of the test pictures, if there are any. */
  readonly accuracy?: TopAccuracies;
  readonly pictures: readonly (ObservedPicture & { readonly picture: Picture })[];
  readonly byClass: readonly ClassObservation[];
  readonly skipped: readonly Skipped[];
}

/**
 * Asks a run whose loss learns classes which classes it ranks next.
 *
 * @throws {RunError} if it is no such run
 * @throws {DataError} if there is no picture that can be decoded, or the test has classes that were not learnt
 * @throws the signal's reason
 */
export async function observe(run: string, options: ObserveOptions): Promise<Observation> {
  const { test = [], seed = 0 } = options;
  const classifier = await openClassifier(run, options);
  try {
    const { classes } = classifier;
    if (test.length > 0) checkTestClasses(test, classes);
    const labelled = test.filter(({ label }) => label !== undefined);
    const labelOf = new Map(labelled.map(({ id, label }) => [id, label]));
    const asked = [...labelled, ...(options.pictures ?? [])];
    const { pictures, logits, skipped } = await classifier.respond(asked, options);
    if (pictures.length === 0) {
      throw new DataError(
        skipped[0] === undefined
          ? 'pictures: expected some to ask about, got none. Give pictures that were not learnt.'
          : `pictures: expected one that can be decoded, got ${skipped[0].path}: ${skipped[0].reason}.`,
      );
    }
    const isExtra = new Set(options.pictures);
    const numTest = pictures.filter((picture) => !isExtra.has(picture)).length;
    const labels = pictures.map(({ id, label }) => label ?? labelOf.get(id) ?? null);
    const all = labelledResponses(labels, logits, classes);
    const ofTest = { ...all, truth: all.truth.map((value, row) => (row < numTest ? value : -1)) };
    const shown = options.pictures ? [...pictures.keys()].slice(numTest) : chooseShown(ofTest, seed);
    return {
      classes,
      numTest,
      ...(numTest > 0 && { accuracy: responseAccuracy(ofTest.shares, ofTest.truth, classes.length) }),
      pictures: shown.map((row) => ({
        id: pictures[row]!.id,
        label: labels[row]!,
        responses: rankedResponses(all, row),
        picture: pictures[row]!,
      })),
      byClass: observeClasses(ofTest),
      skipped,
    };
  } finally {
    await classifier.release();
  }
}
