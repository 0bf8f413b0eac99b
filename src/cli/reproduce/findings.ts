/** @file Everything a report says, gathered from the folder of an experiment. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment, GalleryRow, MeasuredRow, RunSpec } from '../../experiments/experiment.js';
import type { ExperimentPlan } from '../../experiments/plan-file.js';
import { type RunResult, readResults } from '../../experiments/results.js';
import { runPath } from '../../experiments/run.js';
import { UNTRAINED } from '../../experiments/untrained.js';
import type { EpochRecord } from '../../run/events.js';
import { VERSION } from '../../run/version.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { commandLine, shortPath } from '../words.js';

/** How one run learned. */
export interface Curve {
  readonly spec: RunSpec;
  /** Pictures it learned from, of whose number ln is what guessing among them costs. */
  readonly pictures: number;
  /** Epochs that are planned. */
  readonly of: number;
  readonly epochs: readonly Pick<EpochRecord, 'epoch' | 'loss' | 'knn'>[];
}

export interface Findings {
  readonly experiment: Experiment;
  readonly plan: ExperimentPlan;
  readonly command: string;
  readonly version: string;
  /** Of finished runs. */
  readonly results: readonly RunResult[];
  readonly rows: readonly MeasuredRow[];
  readonly gallery: readonly GalleryRow[];
  readonly curves: readonly Curve[];
  /** The vote with features of an untrained encoder, in [0, 1]. */
  readonly floor: number | undefined;
  /** Runs that are still to come. */
  readonly missing: readonly string[];
  /** Test pictures that accuracies were counted on; 0 before the first run is finished. */
  readonly numTest: number;
  readonly seconds: number;
  /** Measures the last finished run again; undefined while there is none. */
  readonly measureAgain: string | undefined;
}

export interface FindingsOptions {
  readonly experiment: Experiment;
  readonly plan: ExperimentPlan;
  readonly out: string;
  readonly command: string;
}

export async function gatherFindings({ experiment, plan, out, command }: FindingsOptions): Promise<Findings> {
  const results = await readResults(out);
  const last = results.at(-1);
  const curves = await Promise.all(
    plan.runs.map(async ({ name, pictures, epochs }) => ({
      spec: experiment.runs.find((spec) => spec.name === name)!,
      pictures,
      of: epochs,
      epochs: await epochsOf(runPath(out, name)),
    })),
  );
  const rows = joined(results.flatMap((result) => result.rows));
  return {
    experiment,
    plan,
    command,
    version: VERSION,
    results,
    rows,
    gallery: results.flatMap(({ gallery = [] }) => gallery),
    curves: curves.filter(({ spec, epochs }) => !spec.untrained && epochs.length > 0),
    floor: rows.find(({ label }) => label === UNTRAINED.label)?.values['knn'],
    missing: plan.runs.filter(({ name }) => !results.some((result) => result.name === name)).map(({ label }) => label),
    numTest: results[0]?.numTest ?? 0,
    seconds: results.reduce(
      (sum, { trainingSeconds, measuringSeconds }) => sum + trainingSeconds + measuringSeconds,
      plan.measuringSeconds,
    ),
    measureAgain: last && measureAgain(out, last),
  };
}

async function epochsOf(path: string): Promise<Curve['epochs']> {
  if (!existsSync(join(path, 'config.json'))) return [];
  const records = (await (await RunFolder.open(path)).readLog()) as EpochRecord[];
  return records.map(({ epoch, loss, knn }) => ({ epoch, loss, ...(knn !== undefined && { knn }) }));
}

function measureAgain(out: string, { name, folders }: RunResult): string {
  return commandLine([
    ...['evaluate', shortPath(runPath(out, name))],
    ...['--reference', shortPath(folders.train), '--test', shortPath(folders.test)],
  ]);
}

/** Rows of one label as one, in the order of their first. */
function joined(parts: readonly MeasuredRow[]): MeasuredRow[] {
  const rows = new Map<string, MeasuredRow>();
  for (const { label, values } of parts) rows.set(label, { label, values: { ...rows.get(label)?.values, ...values } });
  return [...rows.values()];
}
