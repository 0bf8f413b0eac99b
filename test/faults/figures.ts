/** @file The figures of a run of the suite: gathered by its files, printed when all are over. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'INSTDISC_FAULT_FIGURES';

/** One fault and what came of it. */
export interface Figure {
  readonly command: string;
  readonly fault: string;
  readonly sort: string;
  /** How many faults there are for the command, whether or not they are tried; absent where they have no number. */
  readonly of?: number;
}

export function record(figure: Figure): void {
  const path = process.env[VARIABLE];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(figure)}\n`);
}

/** Called by Vitest before and after all files. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'instdisc-figures-'));
  const path = join(folder, 'figures.jsonl');
  process.env[VARIABLE] = path;
  return () => {
    if (existsSync(path)) {
      const figures = readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Figure);
      process.stdout.write(`\n${table(figures, 'command')}\n${table(figures, 'fault')}\n`);
    }
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Which part of all faults of these commands was tried, rounded down; one whose operation does not come again is not counted. */
function shareOf(figures: readonly Figure[]): string {
  const numbered = figures.filter(({ of }) => of !== undefined);
  const all = new Map(numbered.map(({ command, of = 0 }) => [command, of]));
  const total = Array.from(all.values()).reduce((sum, of) => sum + of, 0);
  return total === 0 ? '–' : `${Math.floor((100 * numbered.length) / total)} %`;
}

/** Counts by what was done and what came of it, as text. */
function table(figures: readonly Figure[], by: 'command' | 'fault'): string {
  const sorts = [...new Set(figures.map(({ sort }) => sort))].sort();
  const names = [...new Set(figures.map((figure) => figure[by]))].sort();
  const rows = [...names, 'all'].map((name) => {
    const own = figures.filter((figure) => name === 'all' || figure[by] === name);
    return [
      name,
      String(own.length),
      ...(by === 'command' ? [shareOf(own)] : []),
      ...sorts.map((sort) => String(own.filter((each) => each.sort === sort).length)),
    ];
  });
  const lines = [[by, 'faults', ...(by === 'command' ? ['of all'] : []), ...sorts], ...rows];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return `${lines
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n')}\n`;
}
