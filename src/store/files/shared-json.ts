/** @file A small file that several processes read and change: whole at any instant, and no change of one is lost to another. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { DamageError } from '../../core/errors.js';
import { withPath } from '../../core/system-errors.js';
import { writeFileAtomic } from './atomic.js';
import { waitForLock } from './lock.js';

export class SharedJson<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<T>;
  readonly #empty: T;

  /** @param empty what it holds where there is no file */
  constructor(path: string, schema: z.ZodType<T>, empty: T) {
    this.#path = path;
    this.#schema = schema;
    this.#empty = empty;
  }

  /** @throws {DamageError} if it is not as this package writes it */
  async read(): Promise<T> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#empty;
      throw withPath(error, this.#path);
    }
    try {
      return this.#schema.parse(JSON.parse(text));
    } catch (error) {
      throw new DamageError(
        `${this.#path}: expected it as it was written, got something else. Restore it from a backup, or remove it: what it holds is lost then.`,
        { cause: error },
      );
    }
  }

  /**
   * Replaces what it holds.
   *
   * @param change makes the new of the old
   * @returns the new
   */
  async update(change: (old: T) => T): Promise<T> {
    const lock = await waitForLock(`${this.#path}.lock`, {});
    try {
      const next = change(await this.read());
      await writeFileAtomic(this.#path, `${JSON.stringify(next, null, 1)}\n`);
      return next;
    } finally {
      await lock.release();
    }
  }
}
