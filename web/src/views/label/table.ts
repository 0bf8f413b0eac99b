/** @file Labels as requests and files have them. */
import type { LabelRequest } from '../../source/source.ts';
import type { Labels } from './book.ts';
import { parseCsv } from './csv.ts';

export function labelRequest(labels: Labels): LabelRequest {
  return { labels: Array.from(labels, ([row, label]) => ({ row, label })) };
}

/** Rows of the file that `--labels` of the command line reads. */
export function labelTable(labels: Labels, names: readonly string[]): string[][] {
  return [['path', 'label'], ...Array.from(labels, ([row, label]) => [names[row]!, label])];
}

/** The labels that were given, which are sure, and those proposed for the other pictures. */
export function fullTable(
  labels: Labels,
  proposals: readonly RowProposal[],
  names: readonly string[],
): (string | number)[][] {
  return [
    ['path', 'label', 'confidence'],
    ...Array.from(labels, ([row, label]) => [names[row]!, label, 1]),
    ...proposals.map(({ row, proposal, confidence }) => [names[row]!, proposal, confidence]),
  ];
}

export interface RowProposal {
  readonly row: number;
  readonly proposal: string;
  readonly confidence: number;
}

/** All proposals, out of the table with the columns `path`, `label` and `confidence`. */
export function proposalsOf(csv: string, names: readonly string[]): RowProposal[] {
  const rows = new Map(names.map((name, row) => [name, row]));
  const [header = [], ...records] = parseCsv(csv);
  const [path, label, confidence] = ['path', 'label', 'confidence'].map((column) => header.indexOf(column)) as [
    number,
    number,
    number,
  ];
  return records.flatMap((record) => {
    const row = rows.get(record[path] ?? '');
    if (row === undefined) return [];
    return [{ row, proposal: record[label]!, confidence: Number(record[confidence]) }];
  });
}
