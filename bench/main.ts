/** @file `npm run bench`: how fast this machine does the work, how near that is to what it could do, and to before. */
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ArgumentError, InstDiscError } from '#src/core/errors.js';
import { measure, partsNamed } from './bench.js';
import { compare } from './compare.js';
import { copiesCommand } from './copies.js';
import { copiesFound, printCopies } from './duplicates.js';
import { learnCommand } from './learn.js';
import { printProfiles } from './profile.js';
import { ranksCommand } from './ranks.js';
import { type Options, type PartRows, printComparison, printTable } from './report.js';
import { circumstances, differences, readResult, writeResult } from './result.js';
import { measureByTurns } from './turns.js';

interface Flags {
  readonly only?: string;
  readonly against?: string;
  readonly save?: string;
  readonly rounds: number;
  readonly threads: number;
  readonly profile: boolean;
  readonly shapes: boolean;
  readonly json: boolean;
}

const HERE = join(import.meta.dirname, '../..');

const program = new Command('npm run bench --')
  .description('Measures training, embedding, loading, search and memory beside what this machine can do.')
  .argument('[part...]', 'train, embed, data, knn, memory; all of them by default')
  .option(
    '--only <names>',
    'of train and memory: w64, w16, resnet50, mobilenetv2, … or paths of .onnx files, separated by commas',
  )
  .option('--against <path>', 'compare with a saved result, or by turns with another built checkout')
  .option('--save <file>', 'keep the result as JSON')
  .addOption(
    new Option('--profile', 'show where the time of the training steps goes, operator by operator, instead')
      .default(false)
      .conflicts(['against', 'save']),
  )
  .option('--shapes', 'in the profile, tell calls with other shapes apart', false)
  .option('--rounds <n>', 'how often each is measured', positive('--rounds'), 4)
  .option('--threads <n>', 'CPU threads', positive('--threads'), availableParallelism())
  .option('--json', 'print JSON, one line a part', false)
  .action(async (asked: string[], { only, ...flags }: Flags) => {
    const parts = partsNamed(asked);
    const options: Options = { only: only?.split(','), rounds: flags.rounds, threads: flags.threads };
    if (flags.profile) return printProfiles(options, flags.shapes, flags.json);
    await measureAndTell(parts, options, flags);
  });

program
  .command('duplicates')
  .description(
    'Makes 100 copies of each of five kinds of pictures of trained runs, and looks for them at the default threshold.',
  )
  .argument('<runs...>', 'run folders')
  .option('--json', 'print JSON, one line a run', false)
  .action(async (runs: string[], { json }: { readonly json: boolean }) => {
    for (const run of runs) {
      const found = await copiesFound(run);
      if (json) console.log(JSON.stringify(found));
      else printCopies(found);
    }
  });

// Options after the name of a command are its own, though they may be called as those without one.
program.enablePositionalOptions();
program.addCommand(copiesCommand());
program.addCommand(learnCommand());
program.addCommand(ranksCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof InstDiscError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

async function measureAndTell(parts: readonly string[], options: Options, { against, save, json }: Flags) {
  const byTurns = against !== undefined && statSync(against, { throwIfNoEntry: false })?.isDirectory() === true;
  const result = circumstances(options);
  const kept = against === undefined || byTurns ? undefined : readResult(against);
  const notes = kept === undefined ? [] : differences(kept, result);
  let before: readonly PartRows[] | undefined = kept?.parts;
  let now: PartRows[] = [];
  if (byTurns) {
    const told = (turn: number): unknown => process.stderr.write(`turn ${turn} of ${options.rounds}\n`);
    [before, now] = await measureByTurns([resolve(against), HERE], parts, options, told);
  } else {
    for await (const measured of measure(parts, options)) {
      now.push(measured);
      if (before !== undefined) continue;
      if (json) console.log(JSON.stringify({ ...measured, threads: options.threads, node: process.version }));
      else printTable(measured);
    }
  }
  if (save !== undefined) writeResult(save, { ...result, parts: now });
  if (before === undefined) return;
  const compared = compare(before, now, { byTurns });
  if (json) for (const part of compared) console.log(JSON.stringify({ ...part, against, notes }));
  else printComparison(compared, notes);
}

function positive(name: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0) return number;
    throw new ArgumentError(`${name}: expected a positive integer, got ${text}.`);
  };
}
