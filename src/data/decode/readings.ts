/** @file What had to be decided in reading a picture, counted, so that it can be told. */

/** What can be told of how a picture was read, to follow on `12 pictures`. */
export const READINGS = {
  stretched: 'of other numbers than 8-bit colours: black to white is the range of each, less a thousandth at both ends',
  unit: 'of floating-point numbers: black to white is 0 to 1',
  bands: 'with bands that are no colours: the first three are taken for red, green and blue, of two the first for grey',
  dark: 'light on transparency, laid on black in place of white',
  uniform: 'of one colour',
} as const;

export type Reading = keyof typeof READINGS;

/** Those that change no pixels. */
const REMARKS: readonly Reading[] = ['uniform'];

/** How the pixels of a picture depend on its readings; empty for all ordinary pictures. */
export function renderingOf(readings: readonly Reading[]): string {
  return readings.filter((reading) => !REMARKS.includes(reading)).join();
}

/** How many pictures were read in some way, and the first of them. */
export interface ReadingCount {
  readonly reading: Reading;
  readonly count: number;
  /** Its id. */
  readonly example: string;
}

/** Counts readings, in the order of `READINGS`. */
export class ReadingTally {
  readonly #counts = new Map<Reading, { count: number; readonly example: string }>();

  add(id: string, readings: readonly Reading[]): void {
    for (const reading of readings) {
      const known = this.#counts.get(reading);
      if (known === undefined) this.#counts.set(reading, { count: 1, example: id });
      else known.count++;
    }
  }

  /** What was counted elsewhere. */
  addCounts(counts: readonly ReadingCount[]): void {
    for (const { reading, count, example } of counts) {
      const known = this.#counts.get(reading);
      if (known === undefined) this.#counts.set(reading, { count, example });
      else known.count += count;
    }
  }

  get counts(): ReadingCount[] {
    return (Object.keys(READINGS) as Reading[]).flatMap((reading) => {
      const known = this.#counts.get(reading);
      return known === undefined ? [] : [{ reading, ...known }];
    });
  }
}
