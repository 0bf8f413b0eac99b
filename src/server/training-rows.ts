/** @file Pictures that are both in the training and in the collection: places in the one, rows in the other. */
import type { Collection } from '../collection/collection.js';

export class TrainingRows {
  /** Ids in the order of training. */
  readonly #ids: readonly string[];
  readonly #collection: Pick<Collection, 'source' | 'pictures'>;
  #rows: ReadonlyMap<string, number> | undefined;
  #places: ReadonlyMap<string, number> | undefined;

  constructor(ids: readonly string[], collection: Pick<Collection, 'source' | 'pictures'>) {
    this.#ids = ids;
    this.#collection = collection;
  }

  /** @returns undefined if the picture is not in the collection */
  rowOf(place: number): number | undefined {
    if (this.#collection.source !== 'index') return place < this.#ids.length ? place : undefined;
    this.#rows ??= placesById(this.#collection.pictures.map(({ id }) => id));
    return this.#rows.get(this.#ids[place] ?? '');
  }

  /** @returns undefined if the picture is not in the training */
  placeOf(row: number): number | undefined {
    if (this.#collection.source !== 'index') return row < this.#ids.length ? row : undefined;
    this.#places ??= placesById(this.#ids);
    return this.#places.get(this.#collection.pictures[row]?.id ?? '');
  }
}

function placesById(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, place) => [id, place]));
}
