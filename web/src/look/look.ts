/** @file Which pictures are looked at closely, over whatever view is open. */
import { signal } from '@preact/signals';

/** More beside each other would be small. */
export const MAX_BESIDE = 6;

export interface Looked {
  /** Side by side, at the same place and zoom. */
  readonly rows: readonly number[];
  /** Where one stands among others, which the arrows lead to; empty if it stands alone. */
  readonly among: readonly number[];
}

export const looked = signal<Looked | undefined>(undefined);
/** The picture that was searched with, which others can be put beside; kept by the view that shows it. */
export const searched = signal<number | undefined>(undefined);

/** Looks at pictures side by side, the first of them where they are many. */
export function compare(rows: readonly number[]): void {
  looked.value = { rows: rows.slice(0, MAX_BESIDE), among: [] };
}

/** Looks at the picture that an element is of, among those that stand with it. @returns whether it is of one */
export function lookAt(element: EventTarget | null): boolean {
  if (!(element instanceof Element)) return false;
  const row = rowOf(element.closest('[data-row]') ?? element.parentElement?.querySelector('[data-row]'));
  if (row === undefined) return false;
  const rows = Array.from(element.closest('.grid')?.querySelectorAll('[data-row]') ?? [], rowOf);
  looked.value = { rows: [row], among: rows.filter((each) => each !== undefined) };
  return true;
}

/** Goes on to the next of those it stands among, or back by −1. */
export function lookOn({ rows, among }: Looked, by: 1 | -1): void {
  const next = among[among.indexOf(rows[0]!) + by];
  if (rows.length === 1 && next !== undefined) looked.value = { rows: [next], among };
}

function rowOf(element: Element | null | undefined): number | undefined {
  const row = element?.getAttribute('data-row');
  return row == null ? undefined : Number(row);
}
