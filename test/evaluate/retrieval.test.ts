import { describe, expect, it } from 'vitest';
import { ArgumentError, DataError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { retrieval } from '#src/evaluate/retrieval.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';

const backend = { threads: 1 };
const SEED = 11;

/** Unit vectors in the plane, by their similarity to (1, 0). */
function atSimilarity(name: string, similarities: readonly number[], labels: readonly (string | null)[]): Embeddings {
  const features = Float32Array.from(similarities.flatMap((s) => [s, Math.sqrt(1 - s * s)]));
  return { ids: similarities.map((_, i) => `${name}#${i}`), labels, features, dim: 2 };
}

/** Vectors of small integers, whose products are exact and often equal, with one of some classes each, or none. */
function integers(name: string, count: number, numClasses: number, dim = 6): Embeddings {
  const random = new Random(SEED, 'sample', count);
  return {
    ids: Array.from({ length: count }, (_, i) => `${name}#${i}`),
    labels: Array.from({ length: count }, () => {
      const number = random.integer(numClasses + 1);
      return number === numClasses ? null : `class ${number}`;
    }),
    features: Float32Array.from({ length: count * dim }, () => random.integer(5) - 2),
    dim,
  };
}

/** Relevance of each rank for each query, straight from the definition. */
function relevances(reference: Embeddings, test: Embeddings): boolean[][] {
  const { dim } = reference;
  const score = (query: number, row: number): number => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += test.features[query * dim + i]! * reference.features[row * dim + i]!;
    return sum;
  };
  return test.ids.map((id, query) =>
    Array.from(reference.ids.keys())
      .filter((row) => reference.ids[row] !== id)
      .sort((a, b) => score(query, b) - score(query, a) || a - b)
      .map((row) => test.labels?.[query] !== null && reference.labels?.[row] === test.labels?.[query]),
  );
}

const count = (ranks: readonly boolean[]): number => ranks.filter(Boolean).length;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const precisionAt = (ranks: readonly boolean[], k: number): number => count(ranks.slice(0, k)) / k;
const averagePrecision = (ranks: readonly boolean[]): number =>
  mean(ranks.flatMap((isRelevant, i) => (isRelevant ? [precisionAt(ranks, i + 1)] : [])));

describe('retrieval', () => {
  it('gives the average precision of a ranking worked out by hand', async () => {
    const reference = atSimilarity('r', [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], ['a', 'b', 'a', 'b', 'b', 'a']);
    const result = await retrieval(reference, atSimilarity('q', [1], ['a']), { ks: [1, 2, 3, 6], backend });
    expect(result.averagePrecision).toBeCloseTo((1 / 1 + 2 / 3 + 3 / 6) / 3, 12);
    expect(result.rPrecision).toBeCloseTo(2 / 3, 12);
    expect(result.precision).toEqual([1, 1 / 2, 2 / 3, 1 / 2]);
    expect(result).toMatchObject({ numReference: 6, numQueries: 1, numWithout: 0, chance: 1 / 2 });
  });

  it('agrees with the definition on rankings full of equal scores, queries within the reference included', async () => {
    const reference = integers('r', 300, 4);
    const own = integers('q', 60, 5);
    const test: Embeddings = {
      ...own,
      ids: [...own.ids, ...reference.ids.slice(0, 10)],
      labels: [...own.labels!, ...reference.labels!.slice(0, 10)],
      features: Float32Array.of(...own.features, ...reference.features.subarray(0, 10 * 6)),
    };
    const ks = [1, 7, 300];
    const result = await retrieval(reference, test, { ks, backend });
    const expected = relevances(reference, test);
    const counted = Array.from(expected.keys()).filter((query) => count(expected[query]!) > 0);
    for (const [query, ranks] of expected.entries()) {
      const { averagePrecision: found, precision } = result.perQuery;
      if (!counted.includes(query)) expect(found[query]).toBeNaN();
      else {
        expect(found[query]).toBeCloseTo(averagePrecision(ranks), 12);
        expect(precision[query * 3 + 1]).toBeCloseTo(precisionAt(ranks, 7), 12);
        expect(precision[query * 3 + 2]).toBeCloseTo(mean(ranks.map(Number)), 12);
      }
    }
    expect(result.numQueries).toBe(counted.length);
    expect(result.numWithout).toBe(test.labels!.filter((label) => label !== null).length - counted.length);
    const mAP = mean(counted.map((query) => averagePrecision(expected[query]!)));
    expect(result.averagePrecision).toBeCloseTo(mAP, 12);
    const byClass = result.perClass.map(({ averagePrecision, numQueries }) => averagePrecision * numQueries);
    expect(byClass.reduce((sum, value) => sum + value) / counted.length).toBeCloseTo(mAP, 12);
    const { classMean, perClass } = result;
    expect(classMean.averagePrecision).toBeCloseTo(mean(perClass.map(({ averagePrecision }) => averagePrecision)), 12);
    expect(classMean.precision[1]).toBeCloseTo(mean(perClass.map(({ precision }) => precision[1]!)), 12);
    expect(classMean.averagePrecision).not.toBe(result.averagePrecision);
  });

  it('keeps the nearest of each query, without itself', async () => {
    const reference = atSimilarity('r', [0.5, 1, 0.75], ['a', 'a', 'b']);
    const { perQuery } = await retrieval(reference, { ...reference, ids: ['x', 'r#1', 'y'] }, { backend });
    expect(Array.from(perQuery.nearest.indices.subarray(10, 13))).toEqual([2, 0, -1]);
    expect(perQuery.nearest.scores[10]).toBeCloseTo(0.75, 6);
  });

  it('may be told which rows are the query itself', async () => {
    const reference = atSimilarity('r', [0.9, 0.8, 0.7, 0.6], ['b', 'b', 'a', 'b']);
    const query = atSimilarity('q', [1], ['a']);
    const { averagePrecision, precision, chance } = await retrieval(reference, query, {
      ks: [1, 4],
      same: [[0, 1]],
      backend,
    });
    expect([averagePrecision, ...precision, chance]).toEqual([1, 1, 1 / 2, 1 / 2]);
  });

  it('finds everything right where there is one class, however small', async () => {
    const one = atSimilarity('r', [0.5], ['a']);
    expect(await retrieval(one, atSimilarity('q', [0.1], ['a']), { backend })).toMatchObject({
      ks: [1],
      precision: [1],
      rPrecision: 1,
      averagePrecision: 1,
      chance: 1,
    });
  });

  it('is as good as chance for collapsed features whose classes alternate', async () => {
    const labels = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const reference = atSimilarity('r', Array(1000).fill(0.5), labels);
    const { precision, averagePrecision, chance } = await retrieval(
      reference,
      atSimilarity('q', [0.5, 0.5], ['a', 'b']),
      {
        ks: [100],
        backend,
      },
    );
    expect([precision[0], chance]).toEqual([0.5, 0.5]);
    expect(averagePrecision).toBeCloseTo(0.5, 2);
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const [reference, test] = [integers('r', 50, 1), integers('q', 20, 1)];
    const progress: number[] = [];
    await retrieval(reference, test, { backend, onProgress: (done, of) => progress.push(done / of) });
    expect(progress.at(-1)).toBe(1);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(retrieval(reference, test, { backend, signal })).rejects.toThrow('enough');
  });

  it('says what is missing', async () => {
    const labelled = atSimilarity('r', [0.5, 0.6], ['a', 'b']);
    const unlabelled = atSimilarity('u', [0.5], [null]);
    const ask = (reference: Embeddings, test: Embeddings, ks = [1]): Promise<unknown> =>
      retrieval(reference, test, { ks, backend });
    await expect(ask(labelled, unlabelled)).rejects.toThrow(/^test: expected pictures with labels/);
    await expect(ask(unlabelled, labelled)).rejects.toThrow(/^reference: expected pictures with labels/);
    await expect(ask(labelled, atSimilarity('q', [0.5], ['c']))).rejects.toThrow('of whose class the reference');
    await expect(ask(labelled, labelled)).rejects.toThrow(DataError);
    await expect(ask(labelled, labelled, [0])).rejects.toThrow(ArgumentError);
    const broken = { ...labelled, features: new Float32Array(4).fill(Number.NaN) };
    await expect(ask(labelled, broken)).rejects.toThrow('test: expected features that are numbers, got NaN');
  });
});
