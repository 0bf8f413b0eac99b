/** @file How often a classifier is right. */
import { DataError } from '../core/errors.js';
import type { Picture } from '../data/picture.js';
import { openClassifier, type RespondOptions } from '../run/classifier.js';
import type { OpenRunOptions } from '../run/open-run.js';
import type { TopAccuracies } from './classify.js';
import { responseAccuracy, softmaxRows } from './responses.js';

/** Accuracies in [0, 1]. */
export interface SupervisedAccuracy extends TopAccuracies {
  /** Pictures that were asked about: those with a label that could be decoded. */
  readonly numTest: number;
  readonly numClasses: number;
}

/**
 * Test accuracy of a run that was trained with the loss `supervised`: of its encoder together with the class weights of
 * the loss.
 *
 * @param path the run folder
 * @param test as `scan` gives them; those without a label do not count
 * @throws {RunError} if it is no such run
 * @throws {DataError} if no test picture has a label, or one has a class that the run does not know
 * @throws the signal's reason
 */
export async function supervisedAccuracy(
  path: string,
  test: readonly Picture[],
  options: OpenRunOptions & RespondOptions = {},
): Promise<SupervisedAccuracy> {
  const classifier = await openClassifier(path, options);
  try {
    const { classes } = classifier;
    checkTestClasses(test, classes);
    const labelled = test.filter(({ label }) => label !== undefined);
    const { pictures, logits } = await classifier.respond(labelled, options);
    const truth = Int32Array.from(pictures, ({ label }) => classes.indexOf(label!));
    const shares = softmaxRows(logits, classes.length);
    return {
      ...responseAccuracy(shares, truth, classes.length),
      numTest: pictures.length,
      numClasses: classes.length,
    };
  } finally {
    await classifier.release();
  }
}

/** @throws {DataError} if no test picture has a label, or one has a class that is not among `classes` */
export function checkTestClasses(test: readonly Picture[], classes: readonly string[]): void {
  const labels = new Set(test.map(({ label }) => label).filter((label) => label !== undefined));
  if (labels.size === 0) {
    throw new DataError(
      'test: expected pictures with labels, got none. Put them into one folder a class, as in test/cat/1.jpg.',
    );
  }
  const unknown = [...labels].filter((label) => !classes.includes(label)).sort();
  if (unknown.length > 0) {
    throw new DataError(
      `test: expected classes that were learnt, ${some(classes)}, got also ${some(unknown)}. Leave them out, or learn them.`,
    );
  }
}

function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}
