/** @file Labels as requests and files have them. */
import { readCsvTable } from '../../../../src/core/csv-table.ts';
import type { LabelRequest } from '../../source/source.ts';
import type { Labels } from './book.ts';

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
export function proposalsOf(csv: ArrayBuffer, names: readonly string[]): RowProposal[] {
  const rowByName = new Map(names.map((name, row) => [name, row]));
  const { rows } = readCsvTable(new Uint8Array(csv), ['path', 'label', 'confidence']);
  return rows.flatMap(({ path, label, confidence }) => {
    const row = rowByName.get(path);
    return row === undefined ? [] : [{ row, proposal: label, confidence: Number(confidence) }];
  });
}
