/** @file Parts of labelled pictures, and how a training is told to learn from just those. */
import { join } from 'node:path';
import { csvText } from '../../core/csv-write.js';
import { ArgumentError, DataError } from '../../core/errors.js';
import { Random } from '../../core/random.js';
import type { Picture } from '../../data/picture.js';
import { classNumbers } from '../../run/class-numbers.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { makeFolder } from '../../store/files/make-folder.js';
import { inputsPath } from '../../store/run-folder/run-place.js';
import type { TrainOptions } from '../../train/training-options.js';

/** Keeps these draws apart from others of the same purpose. */
const STREAM = 2;

/**
 * A part of each class, at least one picture of it, chosen at random.
 *
 * Of one seed a smaller part lies within a larger one, as when somebody goes on labelling. Pictures without a label
 * are never in it.
 *
 * @param fraction in (0, 1]
 * @returns in the order they were given
 * @throws {ArgumentError} if the fraction is out of range
 */
export function labelledSubset<Item extends Pick<Picture, 'label'>>(
  pictures: readonly Item[],
  fraction: number,
  seed: number,
): Item[] {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new ArgumentError(`fraction: expected a part above 0 and at most 1, got ${fraction}.`);
  }
  const { classes, numbers } = classNumbers(pictures.map(({ label }) => label));
  const chosen = classes.flatMap((_, number) => {
    const places = [...numbers.keys()].filter((place) => numbers[place] === number);
    const order = new Random(seed, 'sample', STREAM, number).permutation(places.length);
    const count = Math.max(1, Math.round(fraction * places.length));
    return Array.from(order.subarray(0, count), (i) => places[i]!);
  });
  return chosen.sort((a, b) => a - b).map((place) => pictures[place]!);
}

/**
 * Writes the labels of some pictures into the folder of a training, for it to learn from just these.
 *
 * @param out the run folder, which need not be there yet
 * @returns what `train` is to be given
 * @throws {DataError} if a picture has no label, or is a record inside a larger file, which cannot be named alone
 */
export async function trainingOn(
  pictures: readonly Picture[],
  out: string,
): Promise<Required<Pick<TrainOptions, 'paths' | 'labels'>>> {
  const record = pictures.find(({ planes }) => planes !== undefined);
  if (record !== undefined) {
    throw new DataError(
      `${record.path}: expected pictures that are files of their own, of which a part can be taken, got a file of many. Unpack it into one folder a class.`,
    );
  }
  const unlabelled = pictures.find(({ label }) => label === undefined);
  if (unlabelled !== undefined) {
    throw new DataError(
      `${unlabelled.id}: expected pictures with labels, got this without one. Put them into a folder for each class.`,
    );
  }
  const labels = join(inputsPath(out), 'labels.csv');
  await makeFolder(inputsPath(out));
  await writeFileAtomic(labels, csvText([['path', 'label'], ...pictures.map(({ path, label }) => [path, label])]));
  return { paths: pictures.map(({ path }) => path), labels };
}
