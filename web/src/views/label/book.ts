/** @file The labels that the reader gave, and the way back. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** Label by row; null takes one away. */
export type Changes = ReadonlyMap<number, string | null>;
export type Labels = ReadonlyMap<number, string>;

export class LabelBook {
  readonly #labels = signal<Labels>(new Map());
  /** What each step changed, as it was before. */
  readonly #steps = signal<readonly Changes[]>([]);

  readonly labels: ReadonlySignal<Labels> = this.#labels;
  /** Different labels with the number of pictures that have them, in the order in which they were first given. */
  readonly counts = computed(() => {
    const counts = new Map<string, number>();
    for (const label of this.#labels.value.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
    return counts;
  });
  readonly canUndo = computed(() => this.#steps.value.length > 0);

  /** Starts with labels that are there already; they cannot be undone. */
  constructor(labels: Labels = new Map()) {
    this.#labels.value = labels;
  }

  /** One step, however many pictures it names. */
  change(changes: Changes): void {
    const before = this.#put(changes);
    if (before.size > 0) this.#steps.value = [...this.#steps.value, before];
  }

  /** Takes the last step back. */
  undo(): void {
    const last = this.#steps.value.at(-1);
    if (last === undefined) return;
    this.#put(last);
    this.#steps.value = this.#steps.value.slice(0, -1);
  }

  /** @returns what undoes it */
  #put(changes: Changes): Map<number, string | null> {
    const labels = new Map(this.#labels.value);
    const before = new Map<number, string | null>();
    for (const [row, label] of changes) {
      const earlier = labels.get(row) ?? null;
      if (earlier === label) continue;
      before.set(row, earlier);
      if (label === null) labels.delete(row);
      else labels.set(row, label);
    }
    if (before.size > 0) this.#labels.value = labels;
    return before;
  }
}
