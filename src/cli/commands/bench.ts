/** @file `instdisc bench`: how fast this machine does the work, and how near that is to what it could do. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.js';

/** What the benchmarks take; they are compiled apart and loaded only here. */
interface Bench {
  bench(request: {
    readonly parts: readonly string[];
    readonly only: readonly string[] | undefined;
    readonly rounds: number;
    readonly threads: number;
    readonly profile: boolean;
    readonly shapes: boolean;
    readonly json: boolean;
  }): Promise<void>;
}

const BENCH = new URL('../../bench/bench.js', import.meta.url);

interface Flags {
  readonly only?: string;
  readonly rounds: number;
  readonly threads: number;
  readonly profile: boolean;
  readonly shapes: boolean;
  readonly json: boolean;
}

export function benchCommand(): Command {
  return new Command('bench')
    .description('Measures training, embedding, loading, search and memory beside what this machine can do.')
    .argument('[part...]', 'train, embed, data, knn, memory; all of them by default')
    .option('--only <names>', 'of train and memory: w64, w16, resnet50, nce, nce-image, separated by commas')
    .option('--profile', 'show where the time of the training steps goes, operator by operator, instead', false)
    .option('--shapes', 'in the profile, tell calls with other shapes apart', false)
    .option('--rounds <n>', 'how often each is measured', positive('--rounds'), 4)
    .option('--threads <n>', 'CPU threads', positive('--threads'), availableParallelism())
    .option('--json', 'print JSON, one line a part', false)
    .addHelpText(
      'after',
      `
Examples:
  instdisc bench train --only w16
  instdisc bench knn memory --json
  instdisc bench --profile --only w64 --shapes`,
    )
    .action(async (parts: string[], { only, ...flags }: Flags) => {
      const { bench } = (await import(BENCH.href)) as Bench;
      await bench({ parts, only: only?.split(','), ...flags });
    });
}

function positive(name: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0) return number;
    throw new ArgumentError(`${name}: expected a positive integer, got ${text}.`);
  };
}
