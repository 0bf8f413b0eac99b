import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import { CANDIDATES, type LinearAccuracy, linearAccuracy } from '#src/evaluate/linear/linear-accuracy.js';
import { type Backend, openBackend } from '#src/runtime/device.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';

const DIM = 5;
let backend: Backend;

beforeAll(async () => {
  backend = await openBackend('cpu', 1);
});

/** Unit rows around an axis for each class, `spread` wide. */
function around(labels: readonly (string | null)[], spread: number, seed: number): Embeddings {
  const random = new Random(seed, 'sample');
  const features = Float32Array.from({ length: labels.length * DIM }, (_, i) => {
    const isOwn = i % DIM === (labels[Math.floor(i / DIM)] ?? 'a').charCodeAt(0) - 97;
    return (isOwn ? 1 : 0) + spread * random.normal();
  });
  normalizeRows(features, DIM);
  return { ids: labels.map((_, i) => `${seed}/${i}`), labels, features, dim: DIM };
}

const times = (count: number, labels: string): string[] => Array.from({ length: count }, () => [...labels]).flat();
const measure = (reference: Embeddings, test: Embeddings, kind: 'logistic' | 'svm' = 'svm'): Promise<LinearAccuracy> =>
  linearAccuracy(reference, test, { kind, backend });

describe.each(['logistic', 'svm'] as const)('linear accuracy (%s)', (kind) => {
  it('is 1 where a plane can part the classes, two or many', async () => {
    for (const labels of ['ab', 'abc', 'abcde']) {
      const result = await measure(around(times(20, labels), 0.1, 1), around(times(5, labels), 0.1, 2), kind);
      expect(result).toMatchObject({ top1: 1, top5: 1, balanced: 1, numTest: 5 * labels.length, isUneven: false });
      expect(result.numValidation).toBe(4 * labels.length);
    }
  });

  it('chooses the C that is best on the validation pictures, the least of equals', async () => {
    const { candidates, chosen, isAtEdge } = await measure(
      around(times(60, 'abcde'), 0.6, 1),
      around(times(10, 'abcde'), 0.6, 2),
      kind,
    );
    const best = Math.max(...candidates.map(({ accuracy }) => accuracy));
    expect(chosen).toBe(candidates.find(({ accuracy }) => accuracy === best)!.c);
    expect(isAtEdge).toBe(chosen === CANDIDATES[0] || chosen === CANDIDATES.at(-1));
    expect(candidates.map(({ c }) => c)).toEqual(CANDIDATES.slice(0, candidates.length));
  });
});

describe('linear accuracy', () => {
  it('is that of guessing where features tell nothing', async () => {
    const blind = (seed: number, count: number): Embeddings => ({
      ...around(times(count, 'e'), 1, seed),
      labels: times(count / 4, 'abcd'),
    });
    const { top1 } = await measure(blind(1, 400), blind(2, 400));
    expect(top1).toBeGreaterThan(0.15);
    expect(top1).toBeLessThan(0.35);
  });

  it('learns from and asks about labelled pictures only', async () => {
    const labels = [...times(10, 'ab'), null, null];
    const result = await measure(around(labels, 0.1, 1), around(['a', null, 'b'], 0.1, 2));
    expect(result).toMatchObject({ numReference: 20, numTest: 2, top1: 1 });
  });

  it('takes C = 1 where no class has a picture to spare', async () => {
    const result = await measure(around(['a', 'b', 'c'], 0.1, 1), around(times(4, 'abc'), 0.1, 2));
    expect(result).toMatchObject({ chosen: 1, candidates: [], numValidation: 0, numUnvalidated: 3, isAtEdge: false });
    expect(result.top1).toBe(1);
  });

  it('says how many classes have one picture, and learns from it', async () => {
    const result = await measure(around([...times(10, 'ab'), 'c'], 0.05, 1), around(['a', 'b', 'c'], 0.05, 2));
    expect(result).toMatchObject({ numUnvalidated: 1, numValidation: 4, numReference: 21 });
  });

  it('tells the mean over classes where they are of uneven size', async () => {
    // Of class b all are drawn like a, so that all are wrong: 10 of 12 right, but half of the classes.
    const test = { ...around(times(12, 'a'), 0.05, 2), labels: [...times(10, 'a'), 'b', 'b'] };
    expect(await measure(around(times(10, 'ab'), 0.05, 1), test)).toMatchObject({
      isUneven: true,
      top1: 10 / 12,
      balanced: 0.5,
    });
  });

  it('counts the classifiers it has fitted', async () => {
    const steps: [number, number][] = [];
    const [reference, test] = [around(times(10, 'ab'), 0.1, 1), around(['a'], 0.1, 2)];
    await linearAccuracy(reference, test, { kind: 'svm', backend, onProgress: (...step) => steps.push(step) });
    expect(steps[0]).toEqual([0, CANDIDATES.length + 1]);
    expect(steps.at(-1)).toEqual([CANDIDATES.length, CANDIDATES.length + 1]);
  });

  it('refuses one class, other classes, no labels and other features', async () => {
    const reference = around(times(3, 'ab'), 0.1, 1);
    const test = around(['a'], 0.1, 2);
    await expect(measure(around(['a', 'a'], 0.1, 1), test)).rejects.toThrow(/expected two classes or more, got only a/);
    await expect(measure(reference, around(['c'], 0.1, 2))).rejects.toThrow(/got also c/);
    await expect(measure(reference, around([null], 0.1, 2))).rejects.toThrow(/^test: expected pictures with labels/);
    const narrow = { ids: ['x'], labels: ['a'], features: new Float32Array(2), dim: 2 };
    await expect(measure(reference, narrow)).rejects.toThrow('test: expected features of 5 numbers, got 2.');
    await expect(measure(reference, narrow)).rejects.toThrow(DataError);
  });

  it('stops when it is told to', async () => {
    const options = { kind: 'svm', backend, signal: AbortSignal.abort(new Error('enough')) } as const;
    const reference = around(times(3, 'ab'), 0.1, 1);
    await expect(linearAccuracy(reference, reference, options)).rejects.toThrow('enough');
  });
});
