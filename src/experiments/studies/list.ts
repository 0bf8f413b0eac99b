/** @file The experiments, by name. */
import { ArgumentError } from '../../core/errors.js';
import type { Experiment } from '../experiment.js';
import { dataSize } from './data-size.js';
import { dimension } from './dimension.js';
import { layersExperiment } from './layers-study.js';
import { nceSweep } from './nce-sweep.js';
import { retrievalExperiment } from './retrieval-study.js';
import { semiSupervisedExperiment } from './semi-supervised-study.js';
import { table1 } from './table1.js';

export const EXPERIMENTS: readonly Experiment[] = [
  table1,
  nceSweep,
  dimension,
  dataSize,
  semiSupervisedExperiment,
  layersExperiment,
  retrievalExperiment,
];

/** What was an experiment once, and has a command that does more. */
const ELSEWHERE: Readonly<Record<string, string>> = { observation: 'instdisc observe' };

/** @throws {ArgumentError} if there is no such experiment */
export function experimentNamed(name: string): Experiment {
  const found = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  const expected = `experiment: expected ${EXPERIMENTS.map((experiment) => experiment.name).join(', ')}, got '${name}'.`;
  const elsewhere = ELSEWHERE[name];
  throw new ArgumentError(elsewhere === undefined ? expected : `${expected} That is ${elsewhere}.`);
}
