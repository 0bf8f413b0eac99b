/** @file Labels that the run keeps for everybody who opens it: read when the view opens, and told of each change. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { jsonOf, type Service, until } from '../../source/service.ts';
import type { Labels } from './book.ts';

/** What was kept in the browser before runs kept labels: each label with the names of its pictures. */
type KeptByBrowser = readonly (readonly [label: string, pictures: readonly string[]])[];

const keyOf = (run: string): string => `instdisc.labels.${run}`;

/** The labels there are. Those that this browser has kept are given to the run first, which keeps what it has. */
export async function openLabels(
  service: Service,
  run: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Labels> {
  const kept = keptByBrowser(run, names);
  if (kept.size > 0) {
    const changes = Array.from(kept, ([row, label]) => ({ row, label }));
    await jsonOf(service.labels.$post({ json: { changes, onlyNew: true } }, until(signal)));
    localStorage.removeItem(keyOf(run));
  }
  const { labels } = await jsonOf(service.labels.$get(undefined, until(signal)));
  return new Map(labels.map(({ row, label }) => [row, label]));
}

/** Labels by row of the pictures that are still there. */
function keptByBrowser(run: string, names: readonly string[]): Labels {
  const labels = new Map<number, string>();
  try {
    const saved = JSON.parse(localStorage.getItem(keyOf(run)) ?? '[]') as KeptByBrowser;
    const rows = new Map(names.map((name, row) => [name, row]));
    for (const [label, pictures] of saved) {
      for (const name of pictures) {
        const row = rows.get(name);
        if (row !== undefined) labels.set(row, label);
      }
    }
  } catch {
    // Nothing readable is kept.
  }
  return labels;
}

/** Tells the run of changes, one request at a time; what was refused is told again with the next. */
export class LabelTeller {
  readonly #service: Service;
  readonly #error = signal<Error | undefined>(undefined);
  #told: Labels;
  #wanted: Labels;
  #isBusy = false;

  /** Why the last changes are not remembered. */
  readonly error: ReadonlySignal<Error | undefined> = this.#error;

  /** @param labels that the run has */
  constructor(service: Service, labels: Labels) {
    this.#service = service;
    this.#told = labels;
    this.#wanted = labels;
  }

  async tell(labels: Labels): Promise<void> {
    this.#wanted = labels;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#wanted !== this.#told) {
        const wanted = this.#wanted;
        const changes = changesBetween(this.#told, wanted);
        if (changes.length > 0) await jsonOf(this.#service.labels.$post({ json: { changes, onlyNew: false } }));
        this.#told = wanted;
        this.#error.value = undefined;
      }
    } catch (error) {
      this.#error.value = error as Error;
    } finally {
      this.#isBusy = false;
    }
  }
}

/** What makes one set of labels the other. */
export function changesBetween(
  before: Labels,
  after: Labels,
): { readonly row: number; readonly label: string | null }[] {
  const given = Array.from(after).filter(([row, label]) => before.get(row) !== label);
  const taken = Array.from(before.keys()).filter((row) => !after.has(row));
  return [...given.map(([row, label]) => ({ row, label })), ...taken.map((row) => ({ row, label: null }))];
}
