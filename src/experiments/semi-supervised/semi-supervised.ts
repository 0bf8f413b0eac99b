/** @file The paper's semi-supervised experiment (4.4): what the encoder is worth when few pictures have labels. */

import type { Picture, Skipped } from '../../data/picture.js';
import { type ScanReport, scan } from '../../data/scan/scan.js';
import { numberClasses } from '../../evaluate/class-labels.js';
import { selfRows } from '../../evaluate/overlap.js';
import { parseRunConfig } from '../../run/config.js';
import { rulesFor } from '../../run/embed.js';
import type { Embeddings } from '../../store/embeddings/embeddings-format.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { doJob, planJobs, STARTS } from './semi-supervised-job.js';
import { FRACTIONS, type SemiSupervisedOptions, type SemiSupervisedRow } from './semi-supervised-options.js';

export interface SemiSupervised {
  /** Labelled pictures that could be learnt from. */
  readonly numReference: number;
  /** Pictures of the reference that are test pictures, too, and so are not learnt from. */
  readonly numShared: number;
  readonly classes: readonly string[];
  readonly lr: number;
  readonly seed: number;
  readonly rows: readonly SemiSupervisedRow[];
  readonly skipped: { readonly reference: readonly Skipped[]; readonly test: readonly Skipped[] };
}

/**
 * Learns from each part of the labels twice, from the run's encoder and from scratch, with the same pictures in the
 * same order and the same number of steps, and tests both. Pictures of the test, and copies of them, are not learnt.
 *
 * Everything is kept below the run folder, in `evaluations/semi-supervised`: called again after an interruption it goes
 * on, and what is finished is computed anew only if the pictures, the encoder or the settings have changed.
 *
 * @throws {DataError} if there are fewer than two classes, or none to test, or the test has others
 * @throws {ArgumentError} if a fraction is out of range
 * @throws the signal's reason, with all that was learnt saved
 */
export async function semiSupervised(options: SemiSupervisedOptions): Promise<SemiSupervised> {
  const { onScan, onRow, signal, fractions = FRACTIONS } = options;
  const config = parseRunConfig((await RunFolder.open(options.run)).config, options.run);
  const look = (paths: readonly string[]): Promise<ScanReport> =>
    scan(paths, {
      rules: rulesFor({ config }, paths, options),
      ...(onScan && { onProgress: onScan }),
      ...(signal && { signal }),
    });
  const reference = await look(options.reference);
  const test = await look(options.test);
  // What is tested must not have been learnt: the same files, and copies of them.
  const isTest = await selfRows(named(test.pictures), named(reference.pictures), signal);
  const pictures = reference.pictures.filter(({ label }, i) => label !== undefined && isTest[i] === -1);
  const { classes } = numberClasses(named(pictures), named(test.pictures));

  const jobs = await planJobs(options, pictures, fractions);
  const { lr, seed } = jobs[0]!.budget;
  const rows: SemiSupervisedRow[] = [];
  for (let i = 0; i < jobs.length; i += STARTS.length) {
    const encoder = await doJob(i, jobs, test.pictures, options);
    const scratch = await doJob(i + 1, jobs, test.pictures, options);
    const { fraction, pictures, budget } = jobs[i]!;
    const { steps, epochs, batch } = budget;
    const row = { fraction, numPictures: pictures.length, steps, epochs, batch, encoder, scratch };
    rows.push(row);
    onRow?.(row);
  }
  const skipped = { reference: reference.skipped, test: test.skipped };
  const numShared = isTest.filter((row) => row !== -1).length;
  return { numReference: pictures.length, numShared, classes, lr, seed, rows, skipped };
}

function named(pictures: readonly Picture[]): Pick<Embeddings, 'ids' | 'labels'> {
  return { ids: pictures.map(({ id }) => id), labels: pictures.map(({ label }) => label ?? null) };
}
