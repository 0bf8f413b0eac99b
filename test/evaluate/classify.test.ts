import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { type Classification, classify } from '#src/evaluate/classify.js';
import { type Backend, openBackend } from '#src/runtime/device.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';

let backend: Backend;

beforeAll(async () => {
  backend = await openBackend('cpu', 1);
});

/** Unit vectors in the plane at these angles, in degrees. */
function atAngles(angles: readonly number[], labels?: readonly (string | null)[]): Embeddings {
  const radians = angles.map((angle) => (angle * Math.PI) / 180);
  return {
    ids: angles.map(String),
    ...(labels && { labels }),
    features: Float32Array.from(radians.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
    dim: 2,
  };
}

const run = (reference: Embeddings, test: Embeddings, ks: readonly number[]): Promise<Classification> =>
  classify(reference, test, { ks, tau: 0.1, backend });

describe('classification by neighbours', () => {
  const reference = atAngles([0, 10, 20, 90, 100], ['a', 'b', 'b', 'c', 'c']);

  it.each([0, 1.5])('refuses a vote of %d neighbours', async (k) => {
    await expect(run(reference, reference, [k, 3])).rejects.toThrow(`ks: expected a positive integer, got ${k}.`);
  });

  it('counts the nearest, any of the five nearest, and the votes', async () => {
    // At 2° the nearest is a, and at a small tau it outvotes nobody but is outvoted by the two of b.
    const result = await run(reference, atAngles([2, 95], ['b', 'c']), [1, 3]);
    expect(result.nearest).toEqual({ top1: 0.5, top5: 1, balanced: 0.5 });
    expect(result.knn).toEqual([
      { k: 1, tau: 0.1, top1: 0.5, top5: 1, balanced: 0.5 },
      { k: 3, tau: 0.1, top1: 1, top5: 1, balanced: 1 },
    ]);
    expect(result).toMatchObject({ numReference: 5, numTest: 2, classes: ['a', 'b', 'c'], tau: 0.1 });
  });

  it('takes for chance what naming the most frequent class achieves', async () => {
    expect((await run(reference, atAngles([0, 1, 2, 3], ['a', 'b', 'b', 'c']), [1])).chance).toBe(0.5);
  });

  it('cuts k to the size of the reference, and does not say it twice', async () => {
    expect((await run(reference, atAngles([0], ['a']), [50, 200])).knn.map(({ k }) => k)).toEqual([5]);
  });

  it('leaves out test pictures without a label', async () => {
    expect(await run(reference, atAngles([0, 1], ['a', null]), [1])).toMatchObject({
      numTest: 1,
      nearest: { top1: 1 },
    });
  });

  it('votes with each temperature that it is given', async () => {
    // From 2° one a at 2°, two b at 8° and 18°: at a small tau the nearest outvotes the others.
    const { knn, tau } = await classify(reference, atAngles([2], ['a']), { ks: [3], tau: [0.001, 1], backend });
    expect(knn.map((row) => [row.tau, row.top1])).toEqual([
      [0.001, 1],
      [1, 0],
    ]);
    expect(tau).toBe(0.001);
  });

  it('lets no picture vote for itself, nor any of its copies', async () => {
    const copies = atAngles([0, 0, 20, 90], ['a', 'a', 'b', 'b']);
    const options = { ks: [1, 4], tau: 0.1, backend };
    const alone = await classify(copies, atAngles([0, 20], ['a', 'b']), { ...options, same: [[0, 1], [2]] });
    // The nearest other is b for the first, a for the second: both wrong.
    expect(alone.nearest).toMatchObject({ top1: 0, top5: 0.5 });
    expect(alone.knn[0]).toMatchObject({ k: 1, top1: 0 });
    expect((await classify(copies, atAngles([0, 20], ['a', 'b']), options)).nearest.top1).toBe(1);
  });

  it('gets by where all others of a set are the picture itself', async () => {
    const pair = atAngles([0, 90], ['a', 'b']);
    expect(await classify(pair, pair, { ks: [5], tau: 0.1, backend, same: [[0], [1]] })).toMatchObject({
      nearest: { top1: 0 },
      knn: [{ k: 2, top1: 0 }],
    });
  });

  it('tells the mean over classes, and that it should be looked at where they are uneven', async () => {
    const uneven = await run(reference, atAngles([19, 21, 18, 12, 60], ['b', 'b', 'b', 'b', 'a']), [1]);
    expect(uneven).toMatchObject({ isUneven: true, nearest: { top1: 0.8, balanced: 0.5 } });
    expect((await run(reference, atAngles([19, 21, 18, 60], ['b', 'b', 'a', 'a']), [1])).isUneven).toBe(false);
  });

  it.each([2, 3, 26])('works with %i classes of one picture each', async (count) => {
    const angles = Array.from({ length: count }, (_, i) => (360 / count) * i);
    const labels = angles.map((_, i) => String.fromCharCode(97 + i));
    expect(await run(atAngles(angles, labels), atAngles(angles, labels), [1])).toMatchObject({
      nearest: { top1: 1 },
      chance: 1 / count,
      isUneven: false,
    });
  });

  it('says why one class tells nothing', async () => {
    await expect(run(atAngles([0, 1], ['a', 'a']), atAngles([0], ['a']), [1])).rejects.toThrow(
      /^reference: expected two classes or more, got only a, and every answer would be right/,
    );
  });

  it('refuses sets without labels, and classes that the reference lacks, by name', async () => {
    await expect(run(atAngles([0]), reference, [1])).rejects.toThrow(/^reference: expected pictures with labels/);
    await expect(run(reference, atAngles([0]), [1])).rejects.toThrow(/^test: expected pictures with labels/);
    await expect(run(reference, atAngles([0, 1], ['z', 'y']), [1])).rejects.toThrow(/got also y, z/);
    await expect(run(reference, atAngles([0]), [1])).rejects.toThrow(DataError);
  });
});
