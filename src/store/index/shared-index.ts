/** @file An index that several processes change at one time, each the pictures of its share. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WaitOptions } from '../files/lock.js';
import { isLocal } from './index-address.js';
import { changeLocked } from './index-change.js';
import type { IndexedFeatures } from './indexed-picture.js';
import type { PictureIndex } from './picture-index.js';

/** What somebody needs of an index who puts pictures in. */
export type WritableIndex = Pick<PictureIndex, 'dim' | 'find' | 'put' | 'remove'>;

/** Writes that another came before are tried again so often, ever later. */
const MOST_TRIES = 12;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 5000;

/** How LanceDB speaks of a commit that another has come before. */
const COLLISION = /conflict|concurrent|retr(?:y|ies)|already exists/i;

/**
 * Writes a little at a time: on this machine's disks with the lock of the index, and only for so long; in an object store
 * again and again, if others come before.
 */
export class SharedIndex implements WritableIndex {
  /** Writes that had to be tried again. */
  collisions = 0;
  readonly #index: PictureIndex;
  readonly #options: WaitOptions;

  constructor(index: PictureIndex, options: WaitOptions = {}) {
    this.#index = index;
    this.#options = options;
  }

  get dim(): number {
    return this.#index.dim;
  }

  find(ids: readonly string[]): Promise<IndexedFeatures> {
    return this.#index.find(ids);
  }

  async put(features: IndexedFeatures): Promise<void> {
    await this.#write(() => this.#index.put(features));
  }

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#write(() => this.#index.remove(ids));
  }

  async #write(work: () => Promise<void>): Promise<void> {
    const { address } = this.#index;
    if (isLocal(address)) await changeLocked(address, this.#options, work);
    else await this.#again(work);
  }

  /** Puts and removals come to the same, however often they are done. */
  async #again(work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        if (tries === MOST_TRIES || !COLLISION.test((error as Error).message)) throw error;
        this.collisions++;
        const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
        // Who collided once would do so again if both waited as long.
        await sleep(pause * (0.5 + Math.random()), undefined, this.#options.signal && { signal: this.#options.signal });
      }
    }
  }
}
