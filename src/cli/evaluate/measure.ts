/** @file A measure of `instdisc evaluate`. */
import type { Subject } from './subject.js';

export interface Measure {
  readonly name: string;
  /** One line of the help. */
  readonly summary: string;
  /** Folders that have to be given; `--measure all` leaves the measure out without them. */
  readonly needs: readonly ('reference' | 'test')[];
  /** Whether it trains, for which `--measure all` is too little said. */
  readonly takesLong?: boolean;
  /** Shows its table. @returns what --json holds under its name */
  run(subject: Subject): Promise<object>;
}
