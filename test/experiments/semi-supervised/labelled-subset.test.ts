import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DataError } from '#src/core/errors.js';
import type { Picture } from '#src/data/picture.js';
import { labelledSubset, trainingOn } from '#src/experiments/semi-supervised/labelled-subset.js';
import { tempFolder } from '../../store/temp-folder.js';

const root = tempFolder();

/** `sizes` pictures of each class, and as many without a label as of the first. */
function pictures(sizes: Readonly<Record<string, number>>): Picture[] {
  const labels = Object.entries(sizes).flatMap(([label, size]) => Array<string>(size).fill(label));
  const all = [...labels, ...Array<undefined>(Object.values(sizes)[0]!).fill(undefined)];
  return all.map((label, i) => {
    const path = `/pictures/${i}.png`;
    return { id: path, path, label, size: 1, mtimeMs: 1, width: 8, height: 8, planes: undefined };
  });
}

const countOf = (subset: readonly Picture[], label: string): number =>
  subset.filter((picture) => picture.label === label).length;

describe('a part of labelled pictures', () => {
  const all = pictures({ many: 1000, some: 60, two: 2, one: 1 });

  it('has its part of every class, at least one picture, and none without a label', () => {
    const subset = labelledSubset(all, 0.04, 3);
    expect(['many', 'some', 'two', 'one'].map((label) => countOf(subset, label))).toEqual([40, 2, 1, 1]);
    expect(subset).toHaveLength(44);
    expect(labelledSubset(all, 1, 3)).toEqual(all.filter(({ label }) => label !== undefined));
  });

  it('keeps the order, and is the same for the same seed alone', () => {
    const subset = labelledSubset(all, 0.1, 3);
    expect(subset.map((picture) => all.indexOf(picture))).toEqual(
      subset.map((picture) => all.indexOf(picture)).sort((a, b) => a - b),
    );
    expect(labelledSubset(all, 0.1, 3)).toEqual(subset);
    expect(labelledSubset(all, 0.1, 4)).not.toEqual(subset);
  });

  it('lies within any larger part', () => {
    const parts = [0.01, 0.02, 0.04, 0.1, 0.2, 1].map((fraction) => new Set(labelledSubset(all, fraction, 3)));
    parts.slice(1).forEach((larger, i) => {
      for (const picture of parts[i]!) expect(larger.has(picture)).toBe(true);
    });
  });

  it('does not prefer the first of a class', () => {
    const chosen = new Set(Array.from({ length: 50 }, (_, seed) => labelledSubset(all, 0.01, seed)[0]!.id));
    expect(chosen.size).toBeGreaterThan(25);
  });

  it.each([0, -0.1, 1.01, Number.NaN])('is refused as %d', (fraction) => {
    expect(() => labelledSubset(all, fraction, 0)).toThrow(ArgumentError);
  });
});

describe('a training on some pictures', () => {
  it('is told the files and their labels', async () => {
    const subset = labelledSubset(pictures({ 'a, "b"': 3, c: 2 }), 0.6, 0);
    const { paths, labels } = await trainingOn(subset, join(root, 'run'));
    expect(paths).toEqual(subset.map(({ path }) => path));
    expect(parse(await readFile(labels, 'utf8'), { columns: true })).toEqual(
      subset.map(({ path, label }) => ({ path, label })),
    );
  });

  it('is refused for a record of a larger file, and for a picture without a label', async () => {
    const [first] = pictures({ a: 1 }) as [Picture];
    const record = { ...first, planes: { offset: 0, channels: 3 as const, gzip: false } };
    await expect(trainingOn([record], root)).rejects.toThrow(DataError);
    await expect(trainingOn([{ ...first, label: undefined }], root)).rejects.toThrow(`${first.id}: expected`);
  });
});
