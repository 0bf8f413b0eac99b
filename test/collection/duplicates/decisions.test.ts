import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Decisions, type KnownBy, rememberDecision } from '#src/collection/duplicates/decisions.js';
import type { RowGroup } from '#src/collection/duplicates/duplicate-groups.js';
import { judgeGroups } from '#src/collection/duplicates/judge-groups.js';
import { KnownFiles } from '#src/collection/duplicates/known-files.js';
import { tempFolder } from '../../store/temp-folder.js';
import { makeCollection } from '../made-collection.js';

const root = tempFolder();
let numRuns = 0;
let run: string;
beforeEach(() => {
  run = join(root, `run${numRuns++}`);
  mkdirSync(run);
});

const picture = (name: string, hash = name): KnownBy => ({ id: `/p/${name}`, hash });

describe('what is said of duplicates', () => {
  it('holds by content, wherever the pictures lie, until it is said otherwise', async () => {
    const group = { kind: 'similar' as const, pictures: [picture('a'), picture('b'), picture('c')] };
    await rememberDecision(run, { groups: [{ ...group, keepAll: true }] });
    const kept = async (kind: 'same' | 'similar', ...pictures: KnownBy[]): Promise<boolean> =>
      (await Decisions.read(run)).keepsAll(kind, pictures);
    expect(await kept('similar', picture('a'), picture('elsewhere/c', 'c'))).toBe(true);
    expect(await kept('similar', picture('a'), picture('d'))).toBe(false);
    expect(await kept('same', picture('a'), picture('copy of a', 'a'))).toBe(false);
    await rememberDecision(run, {
      groups: [{ kind: 'similar', pictures: [picture('a'), picture('b')], keepAll: false }],
    });
    expect(await kept('similar', picture('a'), picture('b'))).toBe(false);
  });

  it('is of one copy of a content where there are several, and else of the content', async () => {
    await rememberDecision(run, { marks: [{ picture: picture('a', 'x'), stays: false }] });
    const said = await Decisions.read(run);
    expect(said.mark(picture('a', 'x'), false)).toBe(false);
    expect(said.mark(picture('b', 'x'), false)).toBeUndefined();
    expect(said.mark(picture('renamed', 'x'), true)).toBe(false);
    await rememberDecision(run, { marks: [{ picture: picture('a', 'x'), stays: null }] });
    expect((await Decisions.read(run)).mark(picture('a', 'x'), true)).toBeUndefined();
  });

  it('comes before the rules, and leaves one of each group', async () => {
    const hashes = ['x', 'x', 'y'];
    const made = makeCollection(
      [
        [1, 0],
        [1, 0],
        [1, 0.1],
      ],
      { hashes },
    );
    const groups: RowGroup[] = [
      { kind: 'same', rows: [0, 1], similarity: 1, exact: true },
      { kind: 'similar', rows: [0, 2], similarity: 0.99, exact: false },
    ];
    const staying = async (): Promise<number[][]> => {
      const decisions = await Decisions.read(run);
      const judged = await judgeGroups(groups, new KnownFiles(made), groups, { decisions });
      return judged.map(({ pictures }) => pictures.flatMap(({ row, stays }) => (stays ? [row] : [])));
    };
    expect(await staying()).toEqual([[0], [0]]);
    const mark = (row: number, stays: boolean) => ({ picture: made.pictures[row]!, stays });
    await rememberDecision(run, { marks: [mark(0, false), mark(1, true)] });
    // The copy that stays of the same now stands for them among the similar.
    expect(await staying()).toEqual([[1], [1]]);
    await rememberDecision(run, { marks: [mark(2, true)] });
    expect(await staying()).toEqual([[1], [1, 2]]);
    await rememberDecision(run, { marks: [mark(0, false), mark(1, false)] });
    expect((await staying())[0]).toHaveLength(1);
    await rememberDecision(run, { groups: [{ kind: 'same', pictures: [made.pictures[0]!], keepAll: true }] });
    expect((await staying())[0]).toEqual([0, 1]);
  });
});
