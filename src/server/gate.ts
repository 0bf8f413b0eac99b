/** @file Lets a bounded number through at once, a bounded number wait, and turns the rest away. */
import { RequestError } from './problem.js';

export interface GateOptions {
  /** Works under way at once. */
  readonly open: number;
  /** Works that wait for their turn. */
  readonly waiting: number;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #waiting: (() => void)[] = [];
  #numInside = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * @param signal aborted, the work is not begun once its turn comes
   * @throws {RequestError} 429, if too many wait already
   * @throws the signal's reason
   */
  async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#numInside < this.#options.open) this.#numInside++;
    else await this.#turn();
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place passes on to the next, so that nobody who comes now gets it first.
      if (next === undefined) this.#numInside--;
      else next();
    }
  }

  #turn(): Promise<void> {
    const { waiting } = this.#options;
    if (this.#waiting.length >= waiting) {
      throw new RequestError(
        429,
        `service: expected at most ${waiting} requests to wait, got more. Try again soon.`,
        1,
      );
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
