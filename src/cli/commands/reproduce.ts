/** @file `instdisc reproduce`. */
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.js';
import type { Experiment } from '../../experiments/experiment.js';
import { type ExperimentPictures, findPictures } from '../../experiments/experiment-pictures.js';
import { planExperiment } from '../../experiments/make-plan.js';
import { type ExperimentPlan, type ExperimentRequest, readPlan, writePlan } from '../../experiments/plan-file.js';
import { readResults } from '../../experiments/results.js';
import { runExperiment } from '../../experiments/run.js';
import { EXPERIMENTS, experimentNamed } from '../../experiments/studies/list.js';
import { GROUPS } from '../groups.js';
import { Interrupted, interruptible } from '../interrupt.js';
import { addCommon, type CommonOptions } from '../options.js';
import { Output, paint } from '../output.js';
import { ExperimentDisplay, showPlan } from '../reproduce/display.js';
import { writeReport } from '../reproduce/report.js';
import { commandLine, counter, shortPath } from '../words.js';

interface Options extends CommonOptions {
  readonly data: string;
  readonly test?: string;
  readonly budget: number | 'full';
  readonly out?: string;
  readonly planOnly?: boolean;
  readonly seed: number;
}

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .helpGroup(GROUPS.measure)
    .summary('run an experiment of the paper at a size that fits your time')
    .description(
      'Plans the runs of an experiment so that they fit a budget, carries them out, and writes a report with the paper’s figures beside.',
    )
    .argument('<experiment>', EXPERIMENTS.map(({ name }) => name).join(', '))
    .requiredOption('--data <dir>', 'a folder with train/ and test/, or with a folder for each class')
    .requiredOption('--budget <minutes>', 'time for everything, or “full” for the published size', parseBudget)
    .option('--out <dir>', 'where to (default: reproduce-<experiment>)')
    .option('--test <dir>', 'pictures to test with; --data is then all for training')
    .option('--plan-only', 'show and save the plan, without carrying it out')
    .option('--seed <n>', 'all randomness follows from it', parseSeed, 0)
    .addHelpText('after', HELP);
  return addCommon(command).action(run);
}

const HELP = `
Examples:
  instdisc reproduce table1 --data cifar-10 --budget 60
  instdisc reproduce table1 --data cifar-10 --budget full --plan-only
  instdisc reproduce data-size --data my-pictures --budget 30 --out reports/data-size

Experiments:
${EXPERIMENTS.map(({ name, title }) => `  ${name.padEnd(17)}${title}`).join('\n')}

The plan is measured on this machine, shown, and kept: the same command goes on where it was stopped. Labels are names of
folders: data/cat/1.jpg is a cat. They are used to measure, never to learn, unless the experiment is about them.
How the plan is made, and what a report says: docs/reproduce.md.`;

function parseBudget(text: string): number | 'full' {
  if (text === 'full') return text;
  const minutes = Number(text);
  if (minutes > 0 && Number.isFinite(minutes)) return minutes;
  throw new ArgumentError(`--budget: expected minutes, a number above 0, or 'full', got '${text}'.`);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new ArgumentError(`--seed: expected an integer from 0 to 4294967295, got '${text}'.`);
}

async function run(name: string, options: Options): Promise<void> {
  const experiment = experimentNamed(name);
  const output = Output.of(options);
  const out = options.out ?? `reproduce-${name}`;
  const request: ExperimentRequest = {
    experiment: name,
    data: resolve(options.data),
    test: options.test === undefined ? null : resolve(options.test),
    budget: options.budget,
    seed: options.seed,
  };
  const command = commandOf(name, options);
  let end: 'finished' | 'stopped' | 'planned';
  try {
    end = await interruptible((signal) => carryOut({ experiment, request, out, command, output, signal }, options), {
      onFirst: () => output.note('saving… then encoding the pictures (Ctrl-C again ends at once)'),
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    end = 'stopped';
  }
  output.clear();
  if (end === 'finished') return;
  output.line();
  output.line(
    end === 'planned'
      ? `The plan is in ${shortPath(join(out, 'plan.json'))}. To carry it out:`
      : 'Stopped; what is done is saved. To go on:',
  );
  output.line(`  ${paint('bold', command)}`);
  output.json({ kind: 'resume', command });
  if (end === 'stopped') process.exitCode = 130;
}

/** The command as it was typed, without --plan-only. */
function commandOf(name: string, { data, test, budget, out, seed }: Options): string {
  return commandLine([
    ...['reproduce', name, '--data', data, '--budget', String(budget)],
    ...(test === undefined ? [] : ['--test', test]),
    ...(out === undefined ? [] : ['--out', out]),
    ...(seed === 0 ? [] : ['--seed', String(seed)]),
  ]);
}

interface Task {
  readonly experiment: Experiment;
  readonly request: ExperimentRequest;
  readonly out: string;
  readonly command: string;
  readonly output: Output;
  readonly signal: AbortSignal;
}

async function carryOut(task: Task, { planOnly = false }: Options): Promise<'finished' | 'stopped' | 'planned'> {
  const { experiment, request, out, command, output, signal } = task;
  const known = await readPlan(out, request);
  const pictures = await find(task);
  const plan = known ?? (await newPlan(task, pictures));
  const finished = (await readResults(out)).map(({ name }) => name);
  showPlan(output, experiment, plan, finished);
  output.json({ kind: 'plan', plan });
  if (planOnly) return 'planned';

  const report = (): Promise<{ readonly html: string; readonly markdown: string }> =>
    writeReport({ experiment, plan, out, command });
  const display = new ExperimentDisplay(output, experiment);
  const end = await runExperiment({
    experiment,
    plan,
    pictures,
    out,
    onEvent: display.handle,
    signal,
    onResult: report,
  });
  if (end === 'stopped') return end;
  const { html, markdown } = await report();
  output.line();
  output.line(`${paint('green', 'Finished')}. The report: ${paint('bold', shortPath(html))}, ${shortPath(markdown)}`);
  output.json({ kind: 'report', html, markdown, results: await readResults(out) });
  return end;
}

async function find({ request, output, signal }: Task): Promise<ExperimentPictures> {
  const looking = counter('looking for pictures', 'files');
  const { data, test, seed } = request;
  const pictures = await findPictures({
    data,
    ...(test !== null && { test }),
    seed,
    onProgress: (done) => output.live(looking(done)),
    signal,
  });
  output.clear();
  return pictures;
}

async function newPlan(
  { experiment, request, out, output, signal }: Task,
  pictures: ExperimentPictures,
): Promise<ExperimentPlan> {
  const plan = await planExperiment({
    experiment,
    request,
    pictures,
    out,
    onProgress: (what) => output.live(['measuring this machine', what]),
    signal,
  });
  output.clear();
  await writePlan(out, plan);
  return plan;
}
