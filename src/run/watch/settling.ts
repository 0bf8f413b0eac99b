/** @file Which changes of files are over: a file that is being copied grows, or gets a later time, from look to look. */

/** A file is taken to be whole when it has been the same for so long. */
export const SETTLE_MS = 1500;

interface Seen {
  readonly version: string;
  readonly sinceMs: number;
}

export class Settling {
  readonly #settleMs: number;
  #seen: ReadonlyMap<string, Seen> = new Map();

  constructor(settleMs = SETTLE_MS) {
    this.#settleMs = settleMs;
  }

  /**
   * @param changes versions by path, of `fileChanges`
   * @param nowMs of any clock that only goes on
   */
  look(changes: ReadonlyMap<string, string>, nowMs: number): void {
    const before = this.#seen;
    this.#seen = new Map(
      Array.from(changes, ([path, version]) => {
        const seen = before.get(path);
        return [path, seen?.version === version ? seen : { version, sinceMs: nowMs }];
      }),
    );
  }

  /** How long a file has been as it is. */
  ageMs(path: string, nowMs: number): number {
    const seen = this.#seen.get(path);
    return seen === undefined ? 0 : nowMs - seen.sinceMs;
  }

  isSettled(path: string, nowMs: number): boolean {
    return this.ageMs(path, nowMs) >= this.#settleMs;
  }
}
