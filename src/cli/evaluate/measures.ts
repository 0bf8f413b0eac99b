/** @file The measures of `instdisc evaluate`. */
import { ArgumentError } from '../../core/errors.js';
import { knnMeasure } from './knn-measure.js';
import { layers } from './layers-measure.js';
import { linearMeasure } from './linear-measure.js';
import { retrievalMeasure } from './retrieval-measure.js';
import { semiSupervisedMeasure } from './semi-supervised-measure.js';
import type { EvaluateOptions, Subject } from './subject.js';
import { unlabelledMeasure } from './unlabelled-measure.js';

export interface Measure {
  readonly name: string;
  /** One line of the help. */
  readonly summary: string;
  /** Folders that have to be given; `--measure all` leaves the measure out without them. */
  readonly needs: readonly ('reference' | 'test')[];
  /** Whether it trains, for which `--measure all` is too little said. */
  readonly takesLong?: boolean;
  /** Shows its table. @returns what --json holds under its name */
  run(subject: Subject): Promise<object>;
}

export const MEASURES: readonly Measure[] = [
  knnMeasure,
  linearMeasure,
  layers,
  retrievalMeasure,
  unlabelledMeasure,
  semiSupervisedMeasure,
];

/**
 * @param text names with commas, or `all`: those that the folders given allow
 * @throws {ArgumentError} if a name is unknown, or a folder that a named measure needs is missing
 */
export function measuresNamed(text: string, options: EvaluateOptions): readonly Measure[] {
  const missing = ({ needs }: Measure): 'reference' | 'test' | undefined =>
    needs.find((folder) => options[folder] === undefined);
  if (text === 'all') return MEASURES.filter((measure) => !measure.takesLong && missing(measure) === undefined);
  return text.split(',').map((name) => {
    const measure = MEASURES.find((other) => other.name === name);
    if (measure === undefined) {
      const known = [...MEASURES.map((other) => other.name), 'all'].join(', ');
      throw new ArgumentError(`--measure: expected ${known}, got '${name}'.`);
    }
    const folder = missing(measure);
    if (folder !== undefined) {
      throw new ArgumentError(`--${folder}: expected a folder of pictures, which ${name} needs, got none.`);
    }
    return measure;
  });
}
