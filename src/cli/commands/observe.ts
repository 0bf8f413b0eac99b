/** @file `instdisc observe`. */
import { join } from 'node:path';
import { Command } from 'commander';
import { ArgumentError, DataError } from '../../core/errors.js';
import { readLabels } from '../../data/labels/labels.js';
import type { Picture, Skipped } from '../../data/picture.js';
import { scan } from '../../data/scan/scan.js';
import {
  heldOutOf,
  heldOutTraining,
  type Observation,
  observe,
  supervisedTraining,
} from '../../experiments/observation/observe.js';
import { CLASS_LOSSES, learnsClasses } from '../../method/losses/named-losses.js';
import { DEFAULT_RECIPE, RECIPE_NAMES } from '../../method/recipes.js';
import { ENCODER_NAMES } from '../../nn/encoders/named-encoders.js';
import { writeFilesAtomic } from '../../store/files/atomic.js';
import { makeFolder } from '../../store/files/make-folder.js';
import { holdsRun } from '../../store/run-folder/run-place.js';
import type { TrainOptions } from '../../train/training-options.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { drawObservation } from '../observe/observation-picture.js';
import { secondChoicesCsv, showObservation } from '../observe/tables.js';
import { addCommon, addDevice, type CommonOptions, collect, type DeviceOptions } from '../options.js';
import { Output, paint } from '../output.js';
import { showLabels } from '../show-labels.js';
import { showSkipped } from '../skipped.js';
import { type Given, parseAssignments, parseValue, toTrainOptions } from '../train-options.js';
import { noteUndrawn } from '../undrawn.js';
import { counter, shortPath } from '../words.js';
import { addCsv, type CsvOptions } from '../write-csv.js';
import { trainShown } from './train.js';

interface Options extends CommonOptions, CsvOptions, DeviceOptions {
  readonly out?: string;
  readonly test?: string;
  readonly pictures?: readonly string[];
  readonly set?: readonly string[];
  /** Of the training. */
  readonly [setting: string]: unknown;
}

export function observeCommand(): Command {
  const command = new Command('observe')
    .helpGroup(GROUPS.measure)
    .summary('see what a classifier ranks next')
    .description(
      'Learns classes with their labels, or takes a run that has, and shows which classes it ranks next for pictures it has not learnt.',
    )
    .argument('<path>', 'pictures in a folder for each class, or a run trained with --loss supervised')
    .option(
      '--test <dir>',
      'pictures to ask about, with folders of the same names (default: a tenth that is set aside)',
    )
    .option('--pictures <files...>', 'pictures to show (default: some that are told right, chosen at random)')
    .optionsGroup('Training, if pictures are given:')
    .option('--out <run>', 'the run folder, new or that of the same command before, which then goes on')
    .option('--labels <file>', 'CSV file with columns path and label (default: folder names)')
    .option('--recipe <name>', `${RECIPE_NAMES.join(', ')} (default: ${DEFAULT_RECIPE})`)
    .option('--encoder <name>', ENCODER_NAMES.join(', '))
    .option('--width <n>', 'channels of the encoder’s first stage', parseValue)
    .option('--size <pixels>', 'side of the crops it learns from', parseValue)
    .option('--epochs <n>', 'passes over all pictures', parseValue)
    .option('--batch <n>', 'pictures a step', parseValue)
    .option('--lr <rate>', 'learning rate', parseValue)
    .option('--seed <n>', 'all randomness follows from it', parseValue)
    .option('--set <name=value>', 'any other setting, as of instdisc train; may be repeated', collect)
    .optionsGroup('Machine:');
  addDevice(command).addHelpText('after', HELP);
  return addCsv(addCommon(command)).action(run);
}

const HELP = `
Examples:
  instdisc observe animals --out runs/observed --width 16 --epochs 20
  instdisc observe runs/observed --pictures leopard.jpg
  instdisc observe runs/supervised --test held-out

The training is told that a leopard is a leopard and nothing about jaguars; the order of the classes after the
first is what it has learnt from the pictures alone. It is written below the run folder, in observation/: a picture,
the table of all classes, and everything as JSON.`;

async function run(path: string, options: Options): Promise<void> {
  const { json, verbose, excel = false, rawCsv = false, test, pictures, set = [], device, threads, ...flags } = options;
  const output = Output.of({ json: json ?? false });
  const machine = { ...(device && { device }), ...(threads !== undefined && { threads }) };
  const given: Given = { ...parseAssignments(set, flags), ...flags };
  const run = holdsRun(path) ? runAlone(path, given) : await learn(path, test, { ...given, ...machine }, output);
  if (run === undefined) {
    process.exitCode = 130;
    return;
  }
  await interruptible(async (signal) => {
    const asked = await picturesToAsk(run, test, pictures, output, signal);
    const count = counter('asking about', 'pictures');
    const onProgress = (done: number, of: number): void => output.live(count(done, of));
    const onDamage = ({ message }: Error): void => output.note(message);
    const observation = await observe(run, { ...asked, ...machine, onDamage, onProgress, signal });
    output.clear();
    showSkipped(output, observation.skipped, 'the output of --json');
    showObservation(output, observation);
    await write(join(run, 'observation'), run, observation, output, { excel, rawCsv });
  });
}

/** @throws {ArgumentError} if something is given that a training would need, for a run that is trained */
function runAlone(path: string, given: Given): string {
  const [name] = Object.keys(given);
  if (name === undefined) return path;
  throw new ArgumentError(
    `${name}: expected only with pictures to learn from, got it with a run. Leave it out, or give a folder of pictures.`,
  );
}

/** Trains on pictures with labels. @returns the run folder; undefined if it was stopped */
async function learn(
  path: string,
  test: string | undefined,
  given: Given,
  output: Output,
): Promise<string | undefined> {
  const { out, ...rest } = toTrainOptions({ ...given, paths: [path] });
  if (out === undefined) {
    throw new ArgumentError('out: expected a folder for the run, got none. Give --out, e.g. --out runs/observed.');
  }
  const options: TrainOptions = { ...rest, out };
  const { loss } = options.settings ?? {};
  if (loss !== undefined && !learnsClasses(loss)) {
    throw new ArgumentError(
      `loss: expected ${CLASS_LOSSES.join(' or ')}, which is what is observed, got ${JSON.stringify(loss)}. Leave it out.`,
    );
  }
  const prepared = await interruptible(async (signal) => {
    const count = counter('looking for pictures', 'files');
    const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
    const onProgress = (done: number): void => output.live(count(done));
    const { pictures, labels: report } = await scan([path], { onProgress, signal, ...(labels && { labels }) });
    output.clear();
    if (test !== undefined) return { ...options, ...supervisedTraining(options, pictures.length) };
    // Training is told of its own part of the labels only, which all have pictures.
    showLabels(output, report);
    return heldOutTraining(options, pictures);
  });
  if ((await trainShown(prepared, output)) === 'stopped') return undefined;
  output.line();
  return out;
}

/** The pictures that are asked about, and those of them that are shown if they were named. */
async function picturesToAsk(
  run: string,
  test: string | undefined,
  files: readonly string[] | undefined,
  output: Output,
  signal: AbortSignal,
): Promise<{ test?: readonly Picture[]; pictures?: readonly Picture[] }> {
  const found = test === undefined ? await heldOutOf(run) : await scan([test], { signal });
  const shown = files && (await scan(files, { signal }));
  if (found === undefined && shown === undefined) {
    throw new DataError(
      `${run}: expected pictures to ask about, got none: it has none set aside, and those it has learnt it knows by heart. Give --test or --pictures.`,
    );
  }
  showSkipped(output, [...(found?.skipped ?? []), ...(shown?.skipped ?? [])], 'nothing else');
  return { ...(found && { test: found.pictures }), ...(shown && { pictures: shown.pictures }) };
}

const WORDS = `The labels say what each picture is, never what is like it. That leopards go with jaguars rather than with
bookcases is learnt from what they look like: apparent similarity comes from the pictures, not from the meaning of
labels. Instance discrimination takes it further: each picture is a class of its own, and no label is needed.`;

async function write(
  folder: string,
  run: string,
  observation: Observation,
  output: Output,
  options: CsvOptions,
): Promise<void> {
  await makeFolder(folder);
  const [picture, table, report] = ['observation.png', 'second-choices.csv', 'observation.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const pictures = observation.pictures.map(({ picture: _, ...rest }) => rest);
  const json = { run, ...observation, pictures };
  const files: [string, string | Uint8Array][] = [
    [table, secondChoicesCsv(observation, options)],
    [report, `${JSON.stringify(json, null, 2)}\n`],
  ];
  const undrawn: Skipped[] = [];
  if (pictures.length > 0) {
    files.unshift([picture, await drawObservation(run, observation, (each) => undrawn.push(each))]);
  }
  await writeFilesAtomic(files);
  noteUndrawn(output, undrawn);
  output.line();
  for (const line of WORDS.split('\n')) output.line(line);
  output.line();
  output.line(paint('dim', `Written to ${files.map(([path]) => shortPath(path)).join(', ')}`));
  output.json({ kind: 'observation', ...json });
}
