/** @file `npm run bench -- ranks`: ranks of few threads beside one process of all of them, by turns. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { ArgumentError } from '#src/core/errors.js';
import type { RankFigures } from './rank-child.js';
import { printColumns } from './report.js';
import { median } from './timing.js';

interface Flags {
  readonly only: string;
  readonly ranks: string;
  readonly threads: string;
  readonly rounds: string;
  readonly steps: string;
  readonly launcher: string;
  readonly json: boolean;
}

export function ranksCommand(): Command {
  return new Command('ranks')
    .description('Trains by several ranks, and by one process of as many threads as all of them have, by turns.')
    .option('--only <names>', 'steps, separated by commas', 'w16,w64,default')
    .option('--ranks <n>', 'how many', '2')
    .option('--threads <n>', 'CPU threads of all of them together', String(availableParallelism()))
    .option('--rounds <n>', 'turns', '4')
    .option('--steps <n>', 'steps of a turn, of which the median counts', '5')
    .option('--launcher <words>', 'what starts ranks, with its options', 'mpirun --bind-to none')
    .option('--json', 'print JSON, one line a step', false)
    .action(run);
}

async function run({ only, json, launcher, ...flags }: Flags): Promise<void> {
  const [ranks, threads, rounds, steps] = [flags.ranks, flags.threads, flags.rounds, flags.steps].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (!(ranks > 1 && threads % ranks === 0)) {
    throw new ArgumentError(`--ranks: expected a number that divides ${threads} threads evenly, got ${ranks}.`);
  }
  const cells = [['ranks', 'one process', `${ranks} ranks`, 'ratio', 'lowest–highest', 'between ranks']];
  for (const name of only.split(',')) {
    const [one, several]: [RankFigures[], RankFigures[]] = [[], []];
    const ofOne = async (): Promise<unknown> => one.push(await figures([], name, threads, steps));
    const ofSeveral = async (): Promise<unknown> =>
      several.push(await figures([...launcher.split(' '), '-n', String(ranks)], name, threads / ranks, steps));
    for (let round = 0; round < rounds; round++) {
      for (const measure of round % 2 === 0 ? [ofOne, ofSeveral] : [ofSeveral, ofOne]) await measure();
      process.stderr.write(`${name}: turn ${round + 1} of ${rounds}\n`);
    }
    const ratios = several.map(({ picturesPerSecond }, i) => picturesPerSecond / one[i]!.picturesPerSecond);
    const communication = median(several.map((each) => each.communication));
    if (json) console.log(JSON.stringify({ name, ranks, threads, one, several, ratio: median(ratios), communication }));
    const speed = (of: RankFigures[]): string =>
      `${median(of.map(({ picturesPerSecond }) => picturesPerSecond)).toPrecision(4)} pictures/s`;
    const [lowest, highest] = [Math.min(...ratios), Math.max(...ratios)];
    cells.push([
      ...[name, speed(one), speed(several), median(ratios).toFixed(2)],
      ...[`${lowest.toFixed(2)}–${highest.toFixed(2)}`, `${(100 * communication).toFixed(1)} %`],
    ]);
  }
  if (!json) printColumns(cells);
}

async function figures(
  launcher: readonly string[],
  name: string,
  threads: number,
  steps: number,
): Promise<RankFigures> {
  const child = fileURLToPath(new URL('./rank-child.js', import.meta.url));
  const [command, ...args] = [...launcher, process.execPath, child, name, String(threads), String(steps)];
  const { stdout } = await promisify(execFile)(command!, args);
  return JSON.parse(stdout) as RankFigures;
}
