/** @file Classes by number: those that a labelled reference has, and the test pictures among them. */
import { DataError } from '../core/errors.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';

type Labelled = Pick<Embeddings, 'ids' | 'labels'>;

export interface ClassNumbers {
  /** Names in ascending order; a class's number is its place. */
  readonly classes: readonly string[];
  /** int32[reference pictures], −1 where there is no label. */
  readonly labels: Int32Array;
  /** int32[test pictures], −1 where there is no label. */
  readonly truth: Int32Array;
}

/**
 * Numbers the classes of a reference, and looks whether a test can be classified by it.
 *
 * @throws {DataError} if either has no labels, the reference has one class only, or the test has others
 */
export function numberClasses(reference: Labelled, test: Labelled): ClassNumbers {
  const classes = [...new Set(labelsOf(reference, 'reference'))].sort();
  const testLabels = labelsOf(test, 'test');
  if (classes.length < 2) {
    throw new DataError(
      `reference: expected two classes or more, got only ${classes[0]}, and every answer would be right. Add another class.`,
    );
  }
  checkClasses(testLabels, classes);
  return { classes, labels: numbers(reference, classes), truth: numbers(test, classes) };
}

/** Pictures of each class. @param numbers int32[pictures], −1 for none */
export function classSizes(numbers: Int32Array, numClasses: number): number[] {
  const sizes = Array<number>(numClasses).fill(0);
  for (const number of numbers) if (number >= 0) sizes[number]!++;
  return sizes;
}

/** The accuracy of naming always the most frequent class of the reference. */
export function chanceOf({ classes, labels, truth }: ClassNumbers): number {
  const [ofReference, ofTest] = [labels, truth].map((numbers) => classSizes(numbers, classes.length)) as [
    number[],
    number[],
  ];
  const numTest = ofTest.reduce((sum, size) => sum + size, 0);
  return ofTest[ofReference.indexOf(Math.max(...ofReference))]! / numTest;
}

/** Classes of a test set count as uneven from this ratio of the largest to the smallest on. */
const UNEVEN_FROM = 1.5;

/** Whether accuracy over all test pictures would mostly tell of the larger classes. */
export function isUneven({ classes, truth }: ClassNumbers): boolean {
  const present = classSizes(truth, classes.length).filter((size) => size > 0);
  return Math.max(...present) > UNEVEN_FROM * Math.min(...present);
}

/**
 * The labels that there are.
 *
 * @throws {DataError} if there is none
 */
export function labelsOf({ labels = [] }: Labelled, what: string): string[] {
  const known = labels.filter((label) => label !== null);
  if (known.length === 0) {
    throw new DataError(
      `${what}: expected pictures with labels, got none. Put them into one folder a class, as in ${what}/cat/1.jpg.`,
    );
  }
  return known;
}

function checkClasses(testLabels: readonly string[], classes: readonly string[]): void {
  const known = new Set(classes);
  const missing = [...new Set(testLabels)].filter((label) => !known.has(label)).sort();
  if (missing.length > 0) {
    throw new DataError(
      `test: expected classes that the reference has, got also ${missing.join(', ')}. Add them there, or leave them out.`,
    );
  }
}

/** int32[pictures], the place of each label among `classes`; −1 for none, or another. */
export function numbers({ ids, labels = [] }: Labelled, classes: readonly string[]): Int32Array {
  const numberOf = new Map<string | null | undefined, number>(classes.map((label, number) => [label, number]));
  return Int32Array.from(ids, (_, i) => numberOf.get(labels[i]) ?? -1);
}
