/** @file Labels as requests and files have them. */
import { readCsvTable } from '../../../../src/core/csv-table.ts';
import type { Service } from '../../source/service.ts';
import type { ClassifyRequest } from '../../source/source.ts';
import type { Labels } from './book.ts';

export function labelRequest(labels: Labels): Pick<ClassifyRequest, 'labels'> {
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

/** The proposals of all pictures: as CSV they come whole. */
export async function allProposals(service: Service, labels: Labels, names: readonly string[]): Promise<RowProposal[]> {
  const asked = service.classify.$post({ query: {}, json: labelRequest(labels) }, { headers: { accept: 'text/csv' } });
  const csv = await (await asked).arrayBuffer();
  const rowByName = new Map(names.map((name, row) => [name, row]));
  const { rows } = readCsvTable(new Uint8Array(csv), ['path', 'label', 'confidence']);
  return rows.flatMap(({ path, label, confidence }) => {
    const row = rowByName.get(path);
    return row === undefined ? [] : [{ row, proposal: label, confidence: Number(confidence) }];
  });
}
