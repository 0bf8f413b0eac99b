/** @file `instdisc demo`. */

import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.js';
import { percent } from '../../core/format.js';
import { type Demo, runDemo } from '../demo/run-demo.js';
import { GROUPS } from '../groups.js';
import { addCommon, type CommonOptions } from '../options.js';
import { Output, paint } from '../output.js';
import { shortPath } from '../words.js';

interface Options extends CommonOptions {
  readonly out: string;
  readonly seed: number;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .helpGroup(GROUPS.learn)
    .summary('see it learn, in minutes and without a download')
    .description(
      'Draws pictures, learns from them without labels, and shows what it finds. Takes four to six minutes on two cores.',
    )
    .option('--out <dir>', 'where to: a new folder, or that of an earlier demo, which is replaced', 'demo')
    .option('--seed <n>', 'other pictures and another start', parseSeed, 0)
    .addHelpText(
      'after',
      `
Examples:
  instdisc demo
  instdisc demo --out /tmp/demo --seed 7

It leaves an ordinary folder of JPEGs, an ordinary run folder, a picture of queries with their neighbours, and a page
to look at. Each step is one of the other commands and is shown before it runs.`,
    );
  return addCommon(command).action(run);
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new ArgumentError(`--seed: expected an integer from 0 to 4294967295, got '${text}'.`);
}

async function run({ out, seed, json = false }: Options): Promise<void> {
  const output = Output.of({ json });
  // A machine gets one object at the end, without the events of the trainings.
  const demo = await runDemo(out, seed, json ? new Output('nobody') : output);
  if (demo === undefined) {
    process.exitCode = 130;
    return;
  }
  showAccuracies(output, demo);
  const { folder, results } = demo;
  const { accuracies, chance, seconds } = results;
  output.json({
    accuracies,
    chance,
    trainingSeconds: seconds,
    page: folder.page,
    montage: folder.montage,
    run: folder.run,
  });
}

function showAccuracies(output: Output, { folder, results }: Demo): void {
  const { accuracies, chance, numNeighbours } = results;
  const row = (name: string, share: number, isBest = false): void => {
    const filled = '█'.repeat(Math.round(40 * share));
    output.line(
      `  ${name.padEnd(20)}${(isBest ? paint('green', filled) : paint('dim', filled)) + ' '.repeat(40 - filled.length)} ${percent(share).padStart(7)}`,
    );
  };
  output.line();
  output.line(paint('bold', `Accuracy of the vote of the ${numNeighbours} nearest, on pictures it has never seen:`));
  row('guessing', chance);
  row('raw pixels', accuracies.rawPixels.knn);
  row('untrained encoder', accuracies.untrained.knn);
  row('trained encoder', accuracies.trained.knn, true);
  output.line();
  output.line(
    `Look at ${paint('bold', shortPath(folder.page))} in a browser, and at ${paint('bold', shortPath(folder.montage))}.`,
  );
}
