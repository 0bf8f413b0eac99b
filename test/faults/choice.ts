/** @file Which faults to try of the many that there are: every kind at every place first, then the others. */
import { Random } from '#src/core/random.js';
import type { Fault, Harm, Operation } from './child/plan.js';
import { OPERATIONS } from './child/plan.js';

const HARMS: Readonly<Record<Operation, readonly Harm[]>> = {
  open: ['EACCES', 'EMFILE'],
  read: ['EIO', 'cut', 'flip'],
  write: ['ENOSPC', 'cut', 'kill half-way', 'flip'],
  sync: ['EIO', 'kill before'],
  rename: ['EACCES', 'kill before', 'kill after'],
  mkdir: ['ENOSPC', 'kill after'],
  rm: ['EACCES', 'kill before', 'kill after'],
  list: ['EACCES'],
};

export interface PlacedFault extends Fault {
  /** The path of the undisturbed run's n-th operation of the kind. */
  readonly path: string;
}

/**
 * All faults for the operations of an undisturbed run: one of each kind at each place, in random order, before the
 * second at the same place.
 *
 * @param operations lines `operation path`
 * @param isReadBack whether a bit that is flipped on the way to a file could be noticed
 */
export function faultsFor(
  operations: readonly string[],
  seed: number,
  isReadBack: (path: string) => boolean = () => false,
): PlacedFault[] {
  const random = new Random(seed, 'sample');
  const byPlace = new Map<string, PlacedFault[]>();
  const counts = new Map<string, number>();
  for (const line of operations) {
    const [operation, path] = [line.slice(0, line.indexOf(' ')) as Operation, line.slice(line.indexOf(' ') + 1)];
    if (!OPERATIONS.includes(operation)) throw new Error(`${line}: expected a line with an operation`);
    const n = counts.get(operation) ?? 0;
    counts.set(operation, n + 1);
    for (const harm of HARMS[operation]) {
      if (harm === 'flip' && operation === 'write' && !isReadBack(path)) continue;
      const fault = { operation, n, harm, path, at: random.uniform(0, 1) };
      for (const each of harm === 'ENOSPC' ? [fault, { ...fault, isLasting: true }] : [fault]) {
        const place = `${operation} ${harm} ${'isLasting' in each} ${placeOf(path)}`;
        byPlace.set(place, [...(byPlace.get(place) ?? []), each]);
      }
    }
  }
  const rounds: PlacedFault[][] = [];
  for (const faults of byPlace.values()) {
    random.permutation(faults.length).forEach((which, round) => {
      rounds[round] ??= [];
      rounds[round].push(faults[which]!);
    });
  }
  return rounds.flatMap((round) => Array.from(random.permutation(round.length), (i) => round[i]!));
}

/** A path without what is another each time, or each step. */
function placeOf(path: string): string {
  return path.replace(/\.tmp-[\w-]+/g, '.tmp').replace(/\d+/g, '#');
}
