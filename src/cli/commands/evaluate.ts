/** @file `instdisc evaluate`. */
import { Command } from 'commander';
import { formatCount } from '../../core/format.js';
import { type Classification, classify } from '../../eval/classify.js';
import { embed } from '../../eval/embed.js';
import { openRun, type TrainedRun } from '../../train/open-run.js';
import { interruptible } from '../interrupt.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions, parseCount, parsePositive } from '../options.js';
import { Output, paint } from '../output.js';
import { showSkipped } from '../skipped.js';
import { counter, percent } from '../words.js';

interface Options extends CommonOptions, DeviceOptions {
  readonly reference?: string;
  readonly test: string;
  readonly k: readonly number[];
  readonly tau?: number;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .summary('measure accuracy on labelled pictures')
    .description('Measures how often the nearest labelled pictures tell the class of a test picture.')
    .argument('<run>', 'the run folder')
    .option(
      '--reference <dir>',
      'labelled pictures, one folder a class (default: the run’s memory bank with the labels it knows)',
    )
    .requiredOption('--test <dir>', 'test pictures, with folders of the same names')
    .option('--k <list>', 'neighbours that vote, one number or several', parseCounts, [200])
    .option('--tau <t>', 'temperature of the votes (default: that of the training)', parsePositive('tau'));
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc evaluate runs/cifar --reference cifar-10/train --test cifar-10/test
  instdisc evaluate runs/parts --reference labelled --test held-out --k 1,20,200

Labels are names of folders: labelled/screw/0001.jpg is a screw. They are used here only, never to learn.
kNN: each of the k nearest votes for its class with weight exp(similarity / tau); top-5 counts the five classes
with most votes. 1-NN: the class of the nearest; top-5 counts the classes of the five nearest.`,
  );
  return addCommon(command).action(run);
}

function parseCounts(text: string): number[] {
  return text.split(',').map(parseCount('k'));
}

async function run(path: string, options: Options): Promise<void> {
  const output = Output.of(options);
  const trained = await openRun(path, options);
  try {
    await interruptible((signal) => evaluate(trained, options, output, signal));
  } finally {
    await trained.release();
  }
}

async function evaluate(trained: TrainedRun, options: Options, output: Output, signal: AbortSignal): Promise<void> {
  const embedShown = async (folder: string): ReturnType<typeof embed> => {
    const count = counter(`encoding ${folder}`, 'pictures');
    const embedded = await embed(trained, [folder], {
      signal,
      onProgress: (...progress) => output.live(count(...progress)),
    });
    output.clear();
    showSkipped(output, embedded.skipped, 'the output of --json');
    return embedded;
  };
  const reference =
    options.reference === undefined ? { ...trained.bank, skipped: [] } : await embedShown(options.reference);
  const test = await embedShown(options.test);
  const { k: ks, tau = trained.config.settings.tau } = options;
  const result = await classify(reference, test, { ks, tau, backend: trained.backend });
  showClassification(output, result);
  output.json({ run: trained.path, ...result, skipped: { reference: reference.skipped, test: test.skipped } });
}

/** A table of accuracies. */
export function showClassification(
  output: Output,
  { numReference, numTest, classes, chance, tau, nearest, knn }: Classification,
): void {
  output.line(
    `${formatCount(numTest)} test pictures of ${classes.length} classes, by ${formatCount(numReference)} reference pictures, tau ${tau}:`,
  );
  const row = (name: string, top1: string, top5: string): string =>
    `  ${name.padEnd(20)}${top1.padStart(8)}${top5.padStart(9)}`.trimEnd();
  output.line(paint('dim', row('', 'top-1', 'top-5')));
  for (const { k, top1, top5 } of knn) output.line(row(`kNN, k = ${k}`, percent(top1), percent(top5)));
  output.line(row('1-NN', percent(nearest.top1), percent(nearest.top5)));
  output.line(paint('dim', row('most frequent class', percent(chance), '')));
}
