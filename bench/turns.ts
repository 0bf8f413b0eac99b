/** @file Two built checkouts measured by turns, each turn a process of its own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ArgumentError } from '#src/core/errors.js';
import type { Options, PartRows, ReportRow } from './report.js';
import { median } from './timing.js';

/** Where a checkout has its benchmarks; in version 0.1 they were a command. */
const ENTRANCES = [['dist/bench/main.js'], ['dist/cli/main.js', 'bench']] as const;

/**
 * Measures two checkouts `options.rounds` times by turns. Who begins changes from turn to turn, so that neither always
 * has the machine as the other left it.
 *
 * @param checkouts folders, each with a built `dist`
 * @param onTurn told how many turns are done
 * @returns what each has measured, a figure a turn
 * @throws {ArgumentError} if one of them is not built, or cannot measure what is asked
 */
export async function measureByTurns(
  checkouts: readonly [string, string],
  parts: readonly string[],
  options: Options,
  onTurn: (done: number) => void = () => undefined,
): Promise<[PartRows[], PartRows[]]> {
  const commands = checkouts.map(commandOf);
  const turns: [PartRows[][], PartRows[][]] = [[], []];
  for (let turn = 0; turn < options.rounds; turn++) {
    for (const side of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      turns[side].push(await measureIn(checkouts[side], commands[side]!, parts, options));
    }
    onTurn(turn + 1);
  }
  return [joined(turns[0]), joined(turns[1])];
}

function commandOf(checkout: string): readonly string[] {
  const found = ENTRANCES.find(([file]) => existsSync(join(checkout, file)));
  if (found !== undefined) return found;
  throw new ArgumentError(
    `${checkout}: expected a result of --save, or a checkout with ${ENTRANCES[0][0]}, got neither. Build it first.`,
  );
}

async function measureIn(
  checkout: string,
  command: readonly string[],
  parts: readonly string[],
  { only, threads }: Options,
): Promise<PartRows[]> {
  const args = [...command, ...parts, '--rounds', '1', '--threads', String(threads), '--json'];
  if (only !== undefined) args.push('--only', only.join(','));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PartRows);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new ArgumentError(`${checkout}: expected its benchmarks to measure this, got: ${said}`);
  }
}

/** Several turns of the same work as one measurement. */
function joined(turns: readonly (readonly PartRows[])[]): PartRows[] {
  return turns[0]!.map(({ part, rows }, i) => ({
    part,
    rows: rows.map((row, j): ReportRow => {
      const all = turns.map((turn) => turn[i]!.rows[j]!);
      const middle = (of: (row: ReportRow) => number): number => Number(median(all.map(of)).toPrecision(4));
      return {
        ...row,
        figures: all.map(({ figure }) => figure),
        figure: middle(({ figure }) => figure),
        reached: middle(({ reached }) => reached),
        ceiling: middle(({ ceiling }) => ceiling),
        share: middle(({ share }) => share),
      };
    }),
  }));
}
