import { beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { type Classification, classify } from '#src/eval/classify.js';
import { type Backend, openBackend } from '#src/runtime/device.js';
import type { Embeddings } from '#src/store/embeddings/format.js';

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

  it('counts the nearest, any of the five nearest, and the votes', async () => {
    // At 2° the nearest is a, and at a small tau it outvotes nobody but is outvoted by the two of b.
    const result = await run(reference, atAngles([2, 95], ['b', 'c']), [1, 3]);
    expect(result.nearest).toEqual({ top1: 0.5, top5: 1 });
    expect(result.knn).toEqual([
      { k: 1, top1: 0.5, top5: 1 },
      { k: 3, top1: 1, top5: 1 },
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

  it('refuses sets without labels, and classes that the reference lacks, by name', async () => {
    await expect(run(atAngles([0]), reference, [1])).rejects.toThrow(/^reference: expected pictures with labels/);
    await expect(run(reference, atAngles([0]), [1])).rejects.toThrow(/^test: expected pictures with labels/);
    await expect(run(reference, atAngles([0, 1], ['z', 'y']), [1])).rejects.toThrow(/got also y, z/);
    await expect(run(reference, atAngles([0]), [1])).rejects.toThrow(DataError);
  });
});
