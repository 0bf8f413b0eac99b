/** @file The measures of `instdisc evaluate`. */
import { ArgumentError } from '../../core/errors.js';
import { knnMeasure } from './knn-measure.js';
import { layersMeasure } from './layers-measure.js';
import { linearMeasure } from './linear-measure.js';
import type { Measure } from './measure.js';
import { retrievalMeasure } from './retrieval-measure.js';
import { semiSupervisedMeasure } from './semi-supervised-measure.js';
import type { EvaluateOptions } from './subject.js';
import { unlabelledMeasure } from './unlabelled-measure.js';

export const MEASURES: readonly Measure[] = [
  knnMeasure,
  linearMeasure,
  layersMeasure,
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
