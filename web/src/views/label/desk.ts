/** @file What the parts of the label view share: the labels, and the pictures that the next one is for. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { LabelBook, type Labels } from './book.ts';

export class Desk {
  readonly book: LabelBook;
  /** Labels in the order in which they came up; the first nine have the keys 1 to 9, which do not move. */
  readonly known: ReadonlySignal<readonly string[]>;
  /** Rows that the reader has picked. */
  readonly picked = signal<ReadonlySet<number>>(new Set());
  /** The picture that last had the focus: the next label is for it where none is picked. */
  readonly current = signal<number | undefined>(undefined);
  readonly #known = signal<readonly string[]>([]);

  constructor(labels: Labels = new Map()) {
    this.book = new LabelBook(labels);
    this.known = this.#known;
    this.#learn(labels.values());
  }

  /** Rows that a label would be given to. */
  targets(): readonly number[] {
    if (this.picked.value.size > 0) return [...this.picked.value];
    return this.current.value === undefined ? [] : [this.current.value];
  }

  toggle(row: number): void {
    const picked = new Set(this.picked.value);
    if (!picked.delete(row)) picked.add(row);
    this.picked.value = picked;
  }

  pickNone(): void {
    this.picked.value = new Set();
  }

  /** Gives the targets a label, or takes it away with null. @returns how many pictures there were */
  assign(label: string | null): number {
    const rows = this.targets();
    this.change(new Map(rows.map((row) => [row, label])));
    this.pickNone();
    return rows.length;
  }

  change(changes: ReadonlyMap<number, string | null>): void {
    this.book.change(changes);
    this.#learn(changes.values());
  }

  #learn(labels: Iterable<string | null>): void {
    const known = new Set(this.#known.value);
    for (const label of labels) if (label !== null) known.add(label);
    if (known.size > this.#known.value.length) this.#known.value = [...known];
  }
}
