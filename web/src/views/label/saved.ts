/** @file Labels kept in the browser, so that a reload loses none. Pictures are named by name: rows of an index move. */
import type { Labels } from './book.ts';

/** Each label with the names of its pictures. */
type Saved = readonly (readonly [label: string, pictures: readonly string[]])[];

const keyOf = (run: string): string => `instdisc.labels.${run}`;

/** @returns whether the browser took them: it may be out of space, or forbid it */
export function saveLabels(run: string, names: readonly string[], labels: Labels): boolean {
  const saved = new Map<string, string[]>();
  for (const [row, label] of labels) {
    const pictures = saved.get(label);
    if (pictures) pictures.push(names[row]!);
    else saved.set(label, [names[row]!]);
  }
  try {
    if (labels.size === 0) localStorage.removeItem(keyOf(run));
    else localStorage.setItem(keyOf(run), JSON.stringify([...saved] satisfies Saved));
    return true;
  } catch {
    return false;
  }
}

/** Labels of the pictures that are still there. */
export function loadLabels(run: string, names: readonly string[]): Labels {
  const labels = new Map<number, string>();
  try {
    const saved = JSON.parse(localStorage.getItem(keyOf(run)) ?? '[]') as Saved;
    const rows = new Map(names.map((name, row) => [name, row]));
    for (const [label, pictures] of saved) {
      for (const name of pictures) {
        const row = rows.get(name);
        if (row !== undefined) labels.set(row, label);
      }
    }
  } catch {
    // Nothing readable is saved: the reader starts anew.
  }
  return labels;
}
