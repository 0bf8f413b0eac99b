/** @file Hands the reader a file. */
import { signal } from '@preact/signals';
import { type CsvRow, csvText } from '../../../src/core/csv-write.ts';

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the content by the next turn of its loop at the latest.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** Whether CSV files begin with the mark by which Excel knows UTF-8; see `ForExcel`. */
export const forExcel = signal(false);

/** A table as a CSV file. */
export function csv(rows: readonly CsvRow[]): Blob {
  return new Blob([csvText(rows, { excel: forExcel.value })], { type: 'text/csv' });
}
