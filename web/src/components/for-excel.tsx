/** @file Asks whether CSV files are for Excel, which reads other programs' files in a local encoding unless they are marked. */
import type { JSX } from 'preact';
import { forExcel } from './download.ts';

/** Stands beside what exports; one choice for all of the page. */
export function ForExcel(): JSX.Element {
  return (
    <label title="The file begins with a byte order mark, by which Excel knows UTF-8">
      <input
        type="checkbox"
        checked={forExcel.value}
        onChange={({ currentTarget }) => {
          forExcel.value = currentTarget.checked;
        }}
      />{' '}
      For Excel
    </label>
  );
}
