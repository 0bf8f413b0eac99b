/** @file Two measurements of the same work, side by side. */
import type { PartRows, ReportRow } from './report.js';
import { median } from './timing.js';

/** How one work does now, beside what it was compared with. */
export interface ComparedRow {
  readonly work: string;
  readonly unit: string;
  readonly before: number;
  readonly now: number;
  /** Median of the ratios; above 1 is better now: more a second, fewer seconds, less memory. */
  readonly ratio: number;
  /** The lowest and the highest ratio: where 1 lies between them, the difference may be the machine's. */
  readonly spread: readonly [number, number];
  /** Of what the machine could do at that time, which takes out most of its own changes. */
  readonly shareBefore: number;
  readonly shareNow: number;
}

export interface ComparedPart {
  readonly part: string;
  readonly rows: readonly ComparedRow[];
  /** Work that only one of the two has measured. */
  readonly alone: readonly string[];
}

/**
 * Compares what both have measured.
 *
 * @param options.byTurns whether the two were measured by turns, so that a round of the one belongs to a round of the
 *   other; else each of the one is compared with each of the other
 */
export function compare(
  before: readonly PartRows[],
  now: readonly PartRows[],
  options: { readonly byTurns: boolean },
): ComparedPart[] {
  return now.map(({ part, rows }) => {
    const others = before.find((other) => other.part === part)?.rows ?? [];
    const has = (of: readonly ReportRow[], work: string): boolean => of.some((row) => row.work === work);
    return {
      part,
      rows: rows.flatMap((row) => {
        const other = others.find(({ work, unit }) => work === row.work && unit === row.unit);
        return other === undefined ? [] : [comparedRow(other, row, options.byTurns)];
      }),
      alone: [...rows.filter(({ work }) => !has(others, work)), ...others.filter(({ work }) => !has(rows, work))].map(
        ({ work }) => work,
      ),
    };
  });
}

function comparedRow(before: ReportRow, now: ReportRow, byTurns: boolean): ComparedRow {
  const isRate = now.unit.endsWith('/s');
  const pairs = byTurns
    ? now.figures.map((figure, turn) => [before.figures[turn]!, figure] as const)
    : now.figures.flatMap((figure) => before.figures.map((other) => [other, figure] as const));
  const ratios = pairs.map(([other, figure]) => (isRate ? figure / other : other / figure));
  return {
    work: now.work,
    unit: now.unit,
    before: before.figure,
    now: now.figure,
    ratio: rounded(median(ratios)),
    spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    shareBefore: before.share,
    shareNow: now.share,
  };
}

function rounded(ratio: number): number {
  return Number(ratio.toFixed(3));
}
