/** @file What the measures of `instdisc evaluate` share: the run, the pictures, and how what is done is shown. */
import { MeasuredRun } from '../../evaluate/measured-run.js';
import type { Communicator } from '../../machines/communicator.js';
import type { MachinesOptions } from '../../machines/mpi.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { CommonOptions, DeviceOptions, ExcludeOptions } from '../options.js';
import type { Output } from '../output.js';
import { showAliases, showExcluded, showReadings, showSkipped } from '../skipped.js';
import { progressShown } from '../words.js';

export interface EvaluateOptions extends CommonOptions, DeviceOptions, ExcludeOptions, MachinesOptions {
  readonly reference?: string;
  readonly test?: string;
  readonly k: readonly number[];
  readonly tau: readonly number[];
  /** Whether raw pixels and the colour histogram are measured beside. */
  readonly baselines: boolean;
  readonly seed: number;
  /** Of retrieval: the ranks to tell the precision at. */
  readonly precisionAt?: readonly number[];
  readonly montage?: string;
  /** Of unlabelled: most pictures that are looked at. */
  readonly sample?: number;
  /** Of semi-supervised, in percent. */
  readonly fractions?: readonly number[];
  readonly steps?: number;
  readonly epochs?: number;
  readonly lr?: number;
}

/** What a measure is given. */
export interface Subject {
  readonly measured: MeasuredRun;
  readonly options: EvaluateOptions;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Pictures that are encoded are spoken of, and long work on the line that changes. */
export function subjectOf(
  trained: TrainedRun,
  options: EvaluateOptions,
  output: Output,
  signal: AbortSignal,
  machines: Communicator,
): Subject {
  const { reference, test, exclude, seed } = options;
  const measured = new MeasuredRun(trained, {
    folders: { reference, test },
    exclude,
    seed,
    signal,
    machines,
    onProgress: progressShown((parts) => output.live(parts)),
    onEncoded: ({ skipped, aliases, excluded, readings }) => {
      output.clear();
      showExcluded(output, excluded, exclude);
      showSkipped(output, skipped, 'the output of --json');
      showAliases(output, aliases);
      showReadings(output, readings);
    },
  });
  return { measured, options, output, signal };
}
