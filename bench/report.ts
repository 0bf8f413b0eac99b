/** @file What a part reports, and how it is printed. */
import { ArgumentError } from '#src/core/errors.js';

/** One figure, and how near it is to what the machine could do. */
export interface Row {
  readonly work: string;
  /** As people would ask for it, e.g. pictures a second. */
  readonly figure: number;
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

export type Part = (options: Options) => Promise<readonly Row[]>;

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

/** Completes a row by its share; figures are rounded to four digits. */
export function row(given: Omit<Row, 'share'>): Row {
  const round = (x: number): number => Number(x.toPrecision(4));
  const { figure, reached, ceiling } = given;
  return {
    ...given,
    figure: round(figure),
    reached: round(reached),
    ceiling: round(ceiling),
    share: round(reached / ceiling),
  };
}

export function printTable(part: string, rows: readonly Row[]): void {
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
