import { describe, expect, it } from 'vitest';
import { proposeLabels } from '#src/collection/propose.js';
import { blobs } from '../evaluate/blobs.js';
import { makeCollection, similarity } from './made-collection.js';

const collection = makeCollection(blobs(3, 40, 0.3));
const tau = 0.1;
const kindOf = (row: number): string => ['ant', 'bee', 'cat'][Math.floor(row / 40)]!;
const labelled = (...rows: number[]): Map<number, string> => new Map(rows.map((row) => [row, kindOf(row)]));

describe('proposeLabels', () => {
  it('labels all from one example a class', async () => {
    const { classes, proposals } = await proposeLabels(collection, labelled(3, 50, 90), { tau });
    expect(classes).toEqual(['ant', 'bee', 'cat']);
    expect(proposals.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 120 }, (_, row) => row).filter((row) => ![3, 50, 90].includes(row)),
    );
    expect(proposals.filter(({ row, label }) => label === kindOf(row)).length / proposals.length).toBeGreaterThan(0.9);
  });

  it('gives the votes that plain loops count', async () => {
    const given = labelled(0, 1, 2, 3, 4, 40, 41, 80);
    const k = 6;
    const { proposals } = await proposeLabels(collection, given, { tau, k });
    for (const { row, label, confidence, runnerUp } of proposals) {
      const voters = [...given.keys()]
        .map((other) => ({ other, cosine: similarity(collection, row, other) }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, k);
      const mean = (kind: string): number =>
        voters.reduce((sum, { other, cosine }) => sum + (kindOf(other) === kind ? Math.exp(cosine / tau) : 0), 0) /
        [...given.values()].filter((other) => other === kind).length;
      const votes = ['ant', 'bee', 'cat'].map((kind) => ({ kind, vote: mean(kind) })).sort((a, b) => b.vote - a.vote);
      const sum = votes.reduce((total, { vote }) => total + vote, 0);
      expect(label).toBe(votes[0]!.kind);
      expect(confidence).toBeCloseTo(votes[0]!.vote / sum, 5);
      expect(runnerUp?.confidence ?? 0).toBeCloseTo(votes[1]!.vote / sum, 5);
      if (runnerUp !== undefined) expect(runnerUp.label).toBe(votes[1]!.kind);
    }
  });

  it('gives the same votes where labels are so many that several threads look at them', async () => {
    const made = makeCollection(blobs(3, 600, 0.3));
    const kind = (row: number): string => ['ant', 'bee', 'cat'][Math.floor(row / 600)]!;
    const given = new Map(Array.from({ length: 900 }, (_, i) => [2 * i, kind(2 * i)]));
    const { proposals } = await proposeLabels(made, given, { tau, k: 5 });
    expect(proposals).toHaveLength(900);
    for (const { row, label, confidence } of proposals.filter((_, i) => i % 90 === 0)) {
      const voters = [...given.keys()].sort((a, b) => similarity(made, row, b) - similarity(made, row, a)).slice(0, 5);
      const vote = (other: number): number => Math.exp(similarity(made, row, other) / tau);
      const all = voters.reduce((sum, other) => sum + vote(other), 0);
      const own = voters.reduce((sum, other) => sum + (kind(other) === label ? vote(other) : 0), 0);
      expect(confidence).toBeCloseTo(own / all, 4);
    }
  });

  it('lets a label that was given once win what is next to it, against one given often', async () => {
    const many = Array.from({ length: 30 }, (_, i) => [1, 0.02 * i, 0]);
    const made = makeCollection([...many, [0.7, 0, 0.7], [0.78, 0.1, 0.6]]);
    const given = new Map([...many.map((_, row) => [row, 'often'] as const), [30, 'once'] as const]);
    const { proposals } = await proposeLabels(made, given, { tau });
    expect(proposals).toMatchObject([{ row: 31, label: 'once' }]);
  });

  it('puts the most doubtful first', async () => {
    const made = makeCollection([
      [1, 0],
      [0, 1],
      [1, 0.9],
      [1, 0.1],
      [0.5, 1],
    ]);
    const { proposals } = await proposeLabels(
      made,
      new Map([
        [0, 'x'],
        [1, 'y'],
      ]),
      { tau },
    );
    expect(proposals.map(({ row }) => row)).toEqual([2, 4, 3]);
    const leads = proposals.map(({ confidence, runnerUp }) => confidence - runnerUp!.confidence);
    expect(leads).toEqual([...leads].sort((a, b) => a - b));
  });

  it('is sure where there is one label, and has nothing to say where all are labelled', async () => {
    const { proposals } = await proposeLabels(collection, labelled(0, 1), { tau });
    for (const proposal of proposals)
      expect(proposal).toMatchObject({ label: 'ant', confidence: 1, runnerUp: undefined });
    expect((await proposeLabels(makeCollection([[1, 0]]), new Map([[0, 'x']]), { tau })).proposals).toEqual([]);
  });

  it('refuses no labels, rows that are not there, and a tau that is none', async () => {
    await expect(proposeLabels(collection, new Map(), { tau })).rejects.toThrow('labels: expected at least one');
    await expect(proposeLabels(collection, new Map([[120, 'x']]), { tau })).rejects.toThrow(
      'rows in [0, 120), got 120',
    );
    await expect(proposeLabels(collection, labelled(0), { tau, k: 0 })).rejects.toThrow(
      'k: expected a positive integer',
    );
    await expect(proposeLabels(collection, labelled(0), { tau: 0 })).rejects.toThrow('tau: ');
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const done: number[] = [];
    await proposeLabels(collection, labelled(0, 50), { tau, onProgress: (count, of) => done.push(count, of) });
    expect(done).toEqual([118, 118]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(proposeLabels(collection, labelled(0), { tau, signal })).rejects.toThrow('enough');
  });
});
