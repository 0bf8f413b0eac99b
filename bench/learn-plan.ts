/** @file Which trainings a bench of learning makes: every set with every variation, budget and seed. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ArgumentError, DataError } from '#src/core/errors.js';

/** Pictures with folders of classes, to learn from and to test with. */
export interface PictureSet {
  readonly name: string;
  readonly train: string;
  readonly test: string;
}

/** What a training is given, by the flag that gives it. */
export interface Budget {
  readonly flag: 'minutes' | 'epochs';
  readonly amount: number;
}

/** Settings that differ from the default recipe's, as `--set` takes them. */
export interface Variation {
  readonly name: string;
  readonly assignments: readonly string[];
}

export interface LearnTrial {
  readonly set: PictureSet;
  readonly variation: Variation;
  readonly budget: Budget;
  readonly seed: number;
}

export const DEFAULT_VARIATION: Variation = { name: 'default', assignments: [] };

/**
 * A set by its folder, which is its name.
 *
 * @throws {DataError} if it has no folders train and test
 */
export function pictureSet(folder: string): PictureSet {
  const [train, test] = [join(resolve(folder), 'train'), join(resolve(folder), 'test')];
  const missing = [train, test].find((path) => !existsSync(path));
  if (missing === undefined) return { name: basename(resolve(folder)), train, test };
  throw new DataError(`${folder}: expected folders train and test, with a folder a class in each, got no ${missing}.`);
}

/**
 * A variation as it is given: `name=value`, several with spaces.
 *
 * @throws {ArgumentError} if one is not such a pair
 */
export function variation(text: string): Variation {
  const assignments = text.trim().split(/\s+/);
  const wrong = assignments.find((pair) => !/^\w+=./.test(pair));
  if (wrong === undefined) return { name: assignments.join(' '), assignments };
  throw new ArgumentError(`--set: expected name=value, several with spaces, got '${wrong}'.`);
}

/**
 * All trials. The seed changes last, so that a night which is cut short has compared everything once.
 *
 * @throws {ArgumentError} if two sets have the same name
 */
export function trialsOf(
  sets: readonly PictureSet[],
  variations: readonly Variation[],
  budgets: readonly Budget[],
  seeds: readonly number[],
): LearnTrial[] {
  const names = sets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ArgumentError(`sets: expected another name for each, got ${twice} twice.`);
  return seeds.flatMap((seed) =>
    budgets.flatMap((budget) =>
      variations.flatMap((variation) => sets.map((set): LearnTrial => ({ set, variation, budget, seed }))),
    ),
  );
}

/** The name of the files of a trial. */
export function trialName({ set, variation: { name }, budget: { flag, amount }, seed }: LearnTrial): string {
  return `${set.name} ${name} ${amount} ${flag} seed ${seed}`.replace(/[^\w.,=-]+/g, '_');
}
