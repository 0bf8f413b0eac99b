import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApproximateSearch } from '#src/collection/approximate-search.js';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { FixedRows, NeighbourFinder } from '#src/collection/neighbour-finder.js';
import { type CollectionRun, openCollection } from '#src/collection/open-collection.js';
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { contentKey } from '#src/data/cache/cache-format.js';
import { scan } from '#src/data/scan/scan.js';
import { embed } from '#src/run/embed.js';
import { type Backend, openBackend } from '#src/runtime/device.js';
import type { Neighbours } from '#src/search/neighbours.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { paint, type TinyRun, tinyRun } from './tiny-run.js';

let root: string;
let backend: Backend;
let tiny: TinyRun;
let run: CollectionRun;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-collection-'));
  backend = await openBackend('cpu', 1);
  tiny = await tinyRun(join(root, 'run'));
  await paint(root, { 'trained/a/red.png': '#ff0000', 'trained/b/green.png': '#00ff00', 'trained/x.png': '#f0f000' });
  await paint(root, { 'more/a/rose.png': '#ff0040', 'more/c/blue.png': '#0000ff' });
  const { cachePath } = await RunFolder.open(tiny.path);
  await buildCache((await scan([join(root, 'trained')])).pictures, cachePath, { shortSide: 6 });
  run = {
    path: tiny.path,
    encoderKey: tiny.encoderKey,
    embeddings: { ...(await embed(tiny, [join(root, 'trained')])), source: 'bank' },
    backend,
  };
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the collection of a run', () => {
  it('is what it was trained on, while there is no index', async () => {
    const collection = await openCollection(run);
    expect(collection).toMatchObject({ source: 'bank', dim: 3, features: run.embeddings.features });
    expect(collection.pictures.map(({ name, label }) => [name, label])).toEqual([
      ['a/red.png', 'a'],
      ['b/green.png', 'b'],
      ['x.png', null],
    ]);
    expect(await collection.nearest(Float32Array.of(0, 1, 0), 2)).toMatchObject({ indices: Int32Array.of(1, 2) });
    await collection.release();
  });

  it('is its index, once there is one, with hashes of the files as they are', async () => {
    await indexPictures(tiny, [join(root, 'more')]);
    const collection = await openCollection(run);
    expect(collection).toMatchObject({ source: 'index', dim: 3 });
    const hash = contentKey(await readFile(join(root, 'more', 'a', 'rose.png')));
    expect(collection.pictures[0]).toEqual({ id: join(root, 'more/a/rose.png'), name: 'a/rose.png', label: 'a', hash });
    expect(await collection.nearest(collection.features, 2, Int32Array.of(0, 1))).toMatchObject({
      indices: Int32Array.of(1, -1, 0, -1),
    });
    await collection.release();
  });

  it('is refused if the run was trained further since it was indexed', async () => {
    await expect(openCollection({ ...run, encoderKey: 'second' })).rejects.toThrow('trained further');
  });
});

describe('search in many rows', () => {
  const dim = 8;
  const numRows = 700;
  const rows = Float32Array.from(
    { length: numRows * dim },
    (() => {
      const random = new Random(1, 'sample');
      return () => random.normal();
    })(),
  );
  normalizeRows(rows, dim);
  const own = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

  it('finds the same for few queries and for many', async () => {
    const finder = new NeighbourFinder(dim, backend);
    const many = await finder.find({ queries: rows.subarray(0, 40 * dim), rows, k: 5, exclude: own(40) });
    const few = await finder.find({ queries: rows.subarray(0, 3 * dim), rows, k: 5, exclude: own(3) });
    expect(many.indices.subarray(0, 15)).toEqual(few.indices);
    for (const [i, score] of few.scores.entries()) expect(many.scores[i]).toBeCloseTo(score, 5);
    await finder.release();
  });

  it('finds nearly the same by an approximate index, never what is excluded, and leaves no place empty', async () => {
    const ids = Array.from({ length: numRows }, (_, row) => `${1000 + row}`);
    const index = await PictureIndex.create(join(root, 'rows'), 'key', dim);
    await index.put({
      pictures: ids.map((id) => ({ id, label: null, hash: id, size: 1, mtimeMs: 1 })),
      features: rows,
    });
    await index.optimize(0);
    const search = new ApproximateSearch(index, ids, rows, backend);
    const finder = new NeighbourFinder(dim, backend);
    const fixed = new FixedRows(rows);
    const queries = rows.subarray(0, 30 * dim);
    const found = await search.find(queries, 5, own(30));
    expect(recall(found, await finder.find({ queries, rows: fixed, k: 5, exclude: own(30) }))).toBeGreaterThan(0.9);
    for (const [i, row] of found.indices.entries()) {
      expect(row).toBeGreaterThanOrEqual(0);
      expect(row).not.toBe(Math.floor(i / 5));
    }
    // Many queries are answered exactly.
    expect(await search.find(rows.subarray(0, 300 * dim), 5)).toEqual(
      await finder.find({ queries: rows.subarray(0, 300 * dim), rows: fixed, k: 5 }),
    );
    await search.release();
    await finder.release();
  });
});

/** Part of the true neighbours that were found. */
function recall({ indices, k }: Neighbours, truth: Neighbours): number {
  const hits = Array.from(indices).filter((row, i) => {
    const start = Math.floor(i / k) * k;
    return truth.indices.subarray(start, start + k).includes(row);
  });
  return hits.length / indices.length;
}
