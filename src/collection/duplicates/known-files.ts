/** @file What the files of pictures say, looked at when it is asked for, and kept. */
import { inOrder } from '../../core/in-order.js';
import { factsOf, type SaidByFile } from '../../data/picture-facts.js';
import { realPath } from '../../data/scan/file-name.js';
import type { Collection } from '../collection.js';

/** Files that are looked at at once. */
const IN_FLIGHT = 8;

export interface KnownFile {
  readonly id: string;
  /** SHA-256 of its bytes when it was encoded, where it is known. */
  readonly hash: string | undefined;
  /** Without links. */
  readonly path: string;
  /** Undefined if it is gone. */
  readonly facts: SaidByFile | undefined;
}

export class KnownFiles {
  readonly #pictures: Collection['pictures'];
  readonly #known = new Map<number, KnownFile>();

  constructor({ pictures }: Collection) {
    this.#pictures = pictures;
  }

  /** Looks at the files of some rows. @throws the signal's reason */
  async look(rows: Iterable<number>, signal?: AbortSignal): Promise<void> {
    const unknown = new Set(Array.from(rows).filter((row) => !this.#known.has(row)));
    const look = async (row: number): Promise<readonly [number, KnownFile]> => {
      const { id, hash } = this.#pictures[row]!;
      return [row, { id, hash, path: await realPath(id).catch(() => id), facts: await factsOf(id) }];
    };
    for await (const [row, file] of inOrder(unknown, IN_FLIGHT, look, signal)) this.#known.set(row, file);
  }

  /** Of a row that was looked at. */
  get(row: number): KnownFile {
    return this.#known.get(row)!;
  }
}
