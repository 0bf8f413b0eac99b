/** @file `npm run bench -- learn`: what trainings reach on pictures they have not seen, against the time they took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ArgumentError } from '#src/core/errors.js';
import {
  type Budget,
  DEFAULT_VARIATION,
  type PictureSet,
  pictureSet,
  trialsOf,
  type Variation,
  variation,
} from './learn-plan.js';
import { learnPlot, type PlotPanel } from './learn-plot.js';
import {
  bySet,
  type LearnMeasure,
  overSets,
  type References,
  referencesSchema,
  type SetResult,
} from './learn-summary.js';
import { type BeforeLearning, beforeLearning, type LearnRow, learnRow } from './learn-trial.js';
import { printColumns } from './report.js';
import { circumstances } from './result.js';

/** What the table and the plot are of; the JSON file has the others as well. */
const SHOWN: LearnMeasure = 'knn20';
const SAID = 'kNN, k = 20, τ = 0.07';

interface Flags {
  readonly out: string;
  readonly minutes: readonly number[];
  readonly epochs: readonly number[];
  readonly seeds: readonly number[];
  readonly set: readonly Variation[];
  readonly default: boolean;
  readonly references?: string;
  readonly threads: number;
  readonly keep: boolean;
}

/** The command, which goes on where it was stopped. */
export function learnCommand(): Command {
  const numbers = (name: string, least: number) => (text: string) =>
    text.split(',').map((part) => {
      const number = Number(part);
      if (part !== '' && number >= least) return number;
      throw new ArgumentError(`${name}: expected numbers of ${least} or more, with commas, got ${text}.`);
    });
  const together = (text: string, before: readonly Variation[] = []): Variation[] => [...before, variation(text)];
  return new Command('learn')
    .description('Trains from scratch on sets of pictures, without labels, and measures on held-out pictures.')
    .argument('<set...>', 'folders with train/ and test/, in each a folder a class; the folder’s name is the set’s')
    .requiredOption('--out <folder>', 'where everything is kept; the same command goes on there')
    .option('--minutes <list>', 'budgets of a training', numbers('--minutes', 0.1), [])
    .option('--epochs <list>', 'the same in epochs', numbers('--epochs', 1), [])
    .option('--seeds <list>', 'each is a training', numbers('--seeds', 0), [0])
    .option(
      '--set <assignments>',
      'a variation: settings as train --set takes them, several with spaces; repeatable',
      together,
      [],
    )
    .option('--no-default', 'leave out the default recipe itself')
    .option('--references <file>', 'JSON of figures to show beside: {"set": {"name": {"knn20": 0.9}}}')
    .option('--threads <n>', 'CPU threads', Number, availableParallelism())
    .option('--keep', 'keep the run folders, which take as much as the pictures', false)
    .action(run);
}

async function run(folders: readonly string[], flags: Flags): Promise<void> {
  const sets = folders.map(pictureSet);
  const variations = [...(flags.default ? [DEFAULT_VARIATION] : []), ...flags.set];
  const budgets = [
    ...flags.minutes.map((amount): Budget => ({ flag: 'minutes', amount })),
    ...flags.epochs.map((amount): Budget => ({ flag: 'epochs', amount })),
  ];
  if (budgets.length === 0) throw new ArgumentError('--minutes: expected a budget, here or as --epochs, got none.');
  const references = flags.references === undefined ? {} : readReferences(flags.references);
  const trials = trialsOf(sets, variations, budgets, flags.seeds);
  await mkdir(flags.out, { recursive: true });
  const before: Record<string, BeforeLearning> = {};
  for (const set of sets) before[set.name] = await beforeLearning(set, flags);
  const rows: LearnRow[] = [];
  for (const [i, trial] of trials.entries()) {
    const row = await learnRow(trial, flags);
    rows.push(row);
    process.stderr.write(`${i + 1} of ${trials.length}: ${told(row)}\n`);
    // After each, so that a night that is cut short has its figures.
    writeResults(flags, sets, before, references, rows);
  }
  printTable(bySet(rows, SHOWN));
}

function told({ set, variation, budget: { flag, amount }, seed, accuracies, failed }: LearnRow): string {
  const reached = accuracies ? `${percent(accuracies[SHOWN])} %` : `failed: ${failed}`;
  return `${set}, ${variation}, ${amount} ${flag}, seed ${seed}: ${reached}`;
}

function writeResults(
  { out, threads }: Flags,
  sets: readonly PictureSet[],
  before: Readonly<Record<string, BeforeLearning>>,
  references: References,
  rows: readonly LearnRow[],
): void {
  const results = bySet(rows, SHOWN);
  const means = overSets(results);
  const file = { ...circumstances({ threads }), before, references, means, results, rows };
  writeFileSync(join(out, 'learn.json'), `${JSON.stringify(file, null, 2)}\n`);
  if (results.length === 0) return;
  const panels = sets.map(({ name }) => panelOf(name, results, before[name]!, references[name] ?? {}));
  const whole: PlotPanel = {
    title: 'mean of the sets',
    curves: curvesOf(means.filter(({ numSets }) => numSets === sets.length)),
    levels: [],
  };
  writeFileSync(join(out, 'learn.svg'), learnPlot(sets.length > 1 ? [...panels, whole] : panels, SAID));
}

function panelOf(
  set: string,
  results: readonly SetResult[],
  { chance, levels }: BeforeLearning,
  references: References[string],
): PlotPanel {
  const known = { ...levels, ...references };
  return {
    title: set,
    curves: curvesOf(results.filter((result) => result.set === set)),
    levels: [
      { name: 'chance', accuracy: chance },
      ...Object.entries(known).flatMap(([name, { [SHOWN]: accuracy }]) =>
        accuracy === undefined ? [] : [{ name, accuracy }],
      ),
    ],
  };
}

function curvesOf(
  results: readonly (Pick<SetResult, 'variation' | 'minutes' | 'mean'> & Partial<Pick<SetResult, 'spread'>>)[],
): PlotPanel['curves'] {
  return [...new Set(results.map(({ variation }) => variation))].map((name) => ({
    name,
    points: results
      .filter(({ variation }) => variation === name)
      .map(({ minutes, mean, spread }) => ({ minutes, accuracy: mean, ...(spread && { spread }) }))
      .sort((one, other) => one.minutes - other.minutes),
  }));
}

function printTable(results: readonly SetResult[]): void {
  const budgetOf = ({ flag, amount }: Budget): string => `${amount} ${flag}`;
  printColumns([
    [`learn: ${SAID}, %`, 'budget', 'minutes', 'mean', 'least–greatest', 'seeds', 'failed'],
    ...results.map(({ set, variation, budget, minutes, mean, spread, numSeeds, numFailed }) => [
      `${set}, ${variation}`,
      budgetOf(budget),
      minutes.toFixed(1),
      percent(mean),
      spread.map(percent).join('–'),
      String(numSeeds),
      String(numFailed),
    ]),
  ]);
  printColumns([
    ['over the sets', 'budget', 'minutes', 'mean', 'worst', 'which'],
    ...overSets(results).map(({ variation, budget, minutes, mean, worst }) => [
      variation,
      budgetOf(budget),
      minutes.toFixed(1),
      percent(mean),
      percent(worst.mean),
      worst.set,
    ]),
  ]);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function readReferences(path: string): References {
  try {
    return referencesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const got = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ArgumentError(
      `${path}: expected figures by set and name, such as {"set": {"name": {"knn20": 0.9}}}, got: ${got}`,
    );
  }
}
