/** @file What a part reports, and how it is printed. */
import { ArgumentError } from '#src/core/errors.js';
import type { ComparedPart } from './compare.js';
import { median } from './timing.js';

/** One figure, and how near it is to what the machine could do. */
export interface ReportRow {
  readonly work: string;
  /** As people would ask for it, e.g. pictures a second; the median of `figures`. */
  readonly figure: number;
  /** The figure of each round. */
  readonly figures: readonly number[];
  readonly unit: string;
  /** The same work in the unit of the ceiling. */
  readonly reached: number;
  /** Measured in this process, in turn with the work. */
  readonly ceiling: number;
  readonly ceilingUnit: string;
  /** reached / ceiling */
  readonly share: number;
}

export interface Options {
  /** Configurations to measure; all if not given. */
  readonly only: readonly string[] | undefined;
  /** How often work and ceiling are measured in turn. */
  readonly rounds: number;
  readonly threads: number;
}

export type Part = (options: Options) => Promise<readonly ReportRow[]>;

/** The choice of `--only`. */
export function chosen<Configuration>(
  all: Readonly<Record<string, Configuration>>,
  { only }: Options,
): [string, Configuration][] {
  const names = only ?? Object.keys(all);
  const unknown = names.find((name) => all[name] === undefined);
  if (unknown !== undefined) {
    throw new ArgumentError(`--only: expected of ${Object.keys(all).join(', ')}, got ${unknown}.`);
  }
  return names.map((name) => [name, all[name]!]);
}

/** What one part has measured. */
export interface PartRows {
  readonly part: string;
  readonly rows: readonly ReportRow[];
}

/** Completes a row by the median and its share; figures are rounded to four digits. */
export function row(given: Omit<ReportRow, 'figure' | 'share'>): ReportRow {
  const round = (x: number): number => Number(x.toPrecision(4));
  const { figures, reached, ceiling } = given;
  return {
    ...given,
    figure: round(median(figures)),
    figures: figures.map(round),
    reached: round(reached),
    ceiling: round(ceiling),
    share: round(reached / ceiling),
  };
}

export function printTable({ part, rows }: PartRows): void {
  const cells = [
    [part, '', 'reached', 'ceiling', 'share'],
    ...rows.map(({ work, figure, unit, reached, ceiling, ceilingUnit, share }) => [
      work,
      `${figure} ${unit}`,
      `${reached} ${ceilingUnit}`,
      `${ceiling} ${ceilingUnit}`,
      share.toFixed(2),
    ]),
  ];
  printColumns(cells);
}

/** @param notes what else differs between the two, in words */
export function printComparison(parts: readonly ComparedPart[], notes: readonly string[]): void {
  for (const { part, rows, alone } of parts) {
    printColumns([
      [part, 'before', 'now', 'ratio', 'lowest–highest', 'share before', 'now'],
      ...rows.map(({ work, unit, before, now, ratio, spread, shareBefore, shareNow }) => [
        work,
        `${before} ${unit}`,
        `${now} ${unit}`,
        ratio.toFixed(2),
        spread.map((end) => end.toFixed(2)).join('–'),
        shareBefore.toFixed(2),
        shareNow.toFixed(2),
      ]),
    ]);
    for (const work of alone) console.log(`${work}: measured by one of the two only.`);
  }
  console.log('A ratio above 1 is better now; where 1 lies between lowest and highest, it may be the machine.');
  for (const note of notes) console.log(`Not the same: ${note}.`);
}

/** Prints lines of cells in columns, the first to the left, the others to the right; the first line is the head. */
export function printColumns(cells: readonly (readonly string[])[]): void {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  for (const line of cells) {
    console.log(
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
    );
  }
  console.log();
}
