/** @file Groups of duplicates beside those of version 0.1, which joined chains of pairs. */
import { expect } from 'vitest';
import { TOLERANCES } from '../tolerances.js';
import { expectStillSaid } from './still-said.ts';

type Group = { readonly similarity: number } & (
  | { readonly pictures: readonly { readonly row: number }[] }
  | { readonly paths: readonly string[] }
);

export interface Grouped {
  readonly groups: readonly Group[];
  readonly numSpare: number;
  readonly numGroups?: number;
}

const names = (group: Group): readonly unknown[] =>
  'paths' in group ? group.paths : group.pictures.map(({ row }) => row);

/** Expects each group to be within one of then, no less similar, and all else as it was: pairs, where they are counted. */
export function expectParted(now: Grouped, then: Grouped): void {
  expect(now.groups.length).toBeGreaterThan(0);
  for (const group of now.groups) {
    const [own] = then.groups.filter((other) => names(group).every((name) => names(other).includes(name)));
    expect(own).toBeDefined();
    expect(group.similarity).toBeGreaterThan(own!.similarity - TOLERANCES.float32.resumed);
  }
  expect(now.numSpare).toBeLessThanOrEqual(then.numSpare);
  const { groups, numSpare, numGroups, ...rest } = then;
  expectStillSaid(now, rest);
}
