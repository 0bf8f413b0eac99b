/** @file `instdisc evaluate`. */
import { Command } from 'commander';
import { DataError } from '../../core/errors.js';
import type { Communicator } from '../../machines/communicator.js';
import { VOTE_TAU } from '../../search/knn.js';
import type { Measure } from '../evaluate/measure.js';
import { MEASURES, measuresNamed } from '../evaluate/measures.js';
import { type EvaluateOptions, type Subject, subjectOf } from '../evaluate/subject.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, excludeOption, parseCount, parsePositive } from '../options.js';
import { Output, paint } from '../output.js';
import { addMachines, threadsAmong, withRanks } from '../ranks.js';

interface Options extends EvaluateOptions {
  readonly measure: string;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .helpGroup(GROUPS.measure)
    .summary('measure what was learnt')
    .description(
      'Measures what a run has learnt, on pictures whose classes are known: by its nearest neighbours, and more.',
    )
    .argument('<run>', 'the run folder')
    .option('--test <dir>', 'test pictures, with folders of the same names')
    .option(
      '--reference <dir>',
      'labelled pictures, one folder a class (default: the pictures of the training, with the labels it knows)',
    )
    .addOption(excludeOption())
    .option('--measure <list>', 'what to measure: one of those below, several with commas, or all', 'knn')
    .option('--k <list>', 'neighbours that vote, one number or several', parseList(parseCount('k')), [20, 200])
    .option('--tau <list>', 'temperature of the votes, one or several', parseList(parsePositive('tau')), [VOTE_TAU])
    .option('--no-baselines', 'leave out raw pixels and the colour histogram, which knn and linear show beside')
    .option('--seed <n>', 'of random choices, such as the pictures to validate with', parseCount('seed'), 1);
  command
    .optionsGroup('Retrieval:')
    .option(
      '--precision-at <list>',
      'ranks to tell the precision at (default: 1,5,10,50,100)',
      parseList(parseCount('precision-at')),
    )
    .option('--montage <file.png>', 'draw the queries whose classes are found best and worst, with what they find')
    .optionsGroup('Unlabelled:')
    .option('--sample <n>', 'most pictures to measure with (default: 2000)', parseCount('sample'))
    .optionsGroup('Semi-supervised:')
    .option(
      '--fractions <list>',
      'percent of the reference’s labels to learn from (default: 1,2,4,10,20)',
      parseList(parsePositive('fractions')),
    )
    .option('--steps <n>', 'training steps at least, whatever the fraction (default: 600)', parseCount('steps'))
    .option(
      '--epochs <n>',
      'passes over the labelled pictures, in place of --steps; the paper has 70',
      parseCount('epochs'),
    )
    .option('--lr <rate>', 'learning rate to begin with (default: 0.05)', parsePositive('lr'))
    .optionsGroup('Machine:');
  addDevice(addMachines(command)).addHelpText(
    'after',
    `
Measures:
${MEASURES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join('\n')}

Examples:
  instdisc evaluate runs/cifar --reference cifar-10/train --test cifar-10/test
  instdisc evaluate runs/parts --reference labelled --test held-out --k 1,20,200
  instdisc evaluate runs/parts --reference labelled --test held-out --measure all

Labels are names of folders: labelled/screw/0001.jpg is a screw. They are used here only, never to learn.
The classes may be others than those of the training: that is transfer.
kNN: each of the k nearest votes for its class with weight exp(similarity / tau); top-5 counts the five classes
with most votes. 1-NN: the class of the nearest; top-5 counts the classes of the five nearest.
Raw pixels (32×32, less their mean) and the histogram of 8×8×8 colours need no learning: what was learnt should
be ahead of both.`,
  );
  return addCommon(command).action(run);
}

function parseList(parse: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(',').map(parse);
}

async function run(path: string, options: Options): Promise<void> {
  // What is drawn, one draws.
  await withRanks(options, (machines) =>
    machines.rank === 0 ? evaluateOn(machines, path, options) : evaluateOn(machines, path, withoutMontage(options)),
  );
}

function withoutMontage({ montage: _, ...options }: Options): Options {
  return options;
}

async function evaluateOn(machines: Communicator, path: string, options: Options): Promise<void> {
  const output = machines.rank === 0 ? Output.of(options) : new Output('nobody');
  const measures = measuresNamed(options.measure, options);
  const trained = await openNoted(path, { ...threadsAmong(machines), ...options }, output);
  try {
    await interruptible(async (signal) => {
      const subject = subjectOf(trained, options, output, signal, machines);
      const results: Record<string, object> = {};
      for (const [i, measure] of measures.entries()) {
        if (i > 0) output.line();
        results[measure.name] = await measureOrSay(measure, subject, options.measure === 'all');
      }
      const { knn, ...others } = results;
      const { reference, test } = await subject.measured.encoded();
      const skipped = { reference: reference?.skipped ?? [], test: test?.skipped ?? [] };
      const source = reference === undefined || options.reference !== undefined ? undefined : trained.embeddings.source;
      await noteSource(output, path, source);
      output.json({ run: trained.path, ...(source && { source }), ...knn, ...others, skipped });
    });
  } finally {
    await trained.release();
  }
}

/** A measure that the pictures do not allow is an error if it was asked for by name, and a line if all were asked for. */
async function measureOrSay(measure: Measure, subject: Subject, isOptional: boolean): Promise<object> {
  try {
    return await measure.run(subject);
  } catch (error) {
    if (!isOptional || !(error instanceof DataError)) throw error;
    subject.output.line(paint('yellow', `${measure.name}: left out. ${error.message}`));
    return { leftOut: error.message };
  }
}
