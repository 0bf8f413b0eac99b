import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Collection,
  duplicatePairs,
  exportSite,
  groupsAt,
  indexPictures,
  listen,
  mapTable,
  mostIsolated,
  nearestOfEach,
  openCollection,
  openMap,
  openRun,
  openService,
  outlierScores,
  PAGE,
  proposeLabels,
  searchPictures,
  type TrainedRun,
} from '#src/index.js';
import { tempFolder } from './cli/cli.js';
import { copyTiny, type TinyRun } from './server/tiny-run.js';

const root = tempFolder();
let tiny: TinyRun;
let run: TrainedRun;
let collection: Collection;

beforeAll(async () => {
  tiny = await copyTiny(root);
  run = await openRun(tiny.runPath, { threads: 1 });
  collection = await openCollection(run);
});

afterAll(async () => {
  await collection.release();
  await run.release();
});

describe('the library, without the command line', () => {
  it('searches among the pictures of a training', async () => {
    const { id } = collection.pictures[0]!;
    const [result] = await searchPictures(run, run.embeddings, [id], 3);
    expect(result!.query).toBe(id);
    expect(result!.matches).toHaveLength(3);
  });

  it('finds duplicates, the most isolated, and labels for the rest', async () => {
    const neighbours = await nearestOfEach(collection, 15);
    const pairs = await duplicatePairs(collection, { neighbours });
    expect(pairs.numRows).toBe(72);
    for (const { rows, similarity } of groupsAt(pairs, 0.97).groups) {
      expect(rows.length).toBeGreaterThan(1);
      expect(similarity).toBeGreaterThanOrEqual(Math.fround(0.97));
    }
    expect([...mostIsolated(outlierScores(neighbours, 72))].sort((a, b) => a - b)).toEqual([...Array(72).keys()]);
    const { proposals } = await proposeLabels(
      collection,
      new Map([
        [0, 'one'],
        [71, 'other'],
      ]),
      { tau: 0.2 },
    );
    expect(proposals).toHaveLength(70);
  });

  it('lays out a map and keeps it in the run folder', async () => {
    const map = await openMap(tiny.runPath, collection);
    expect(map.method).toBe('umap');
    expect(mapTable(collection, map).numRows).toBe(72);
    expect(await readdir(tiny.runPath)).toContain('map.arrow');
  });

  it('serves a run with its page, and exports it', async () => {
    const service = await openService(tiny.runPath, { threads: 1 });
    const { port, close } = await listen(tiny.runPath, service, { port: 0, page: PAGE, version: '1' });
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/run`);
      expect(await answer.json()).toMatchObject({ name: basename(tiny.runPath), numPictures: 72 });
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain('<html');
    } finally {
      await close();
    }
    const site = join(root, 'site');
    await exportSite(tiny.runPath, site, { page: PAGE, threads: 1 });
    expect((await readdir(site)).sort()).toEqual(['assets', 'data', 'decoders', 'index.html']);
  });

  it('answers from an index once there is one', async () => {
    expect(await indexPictures(run, [tiny.pictures])).toMatchObject({ numPictures: 72 });
    const indexed = await openCollection(run);
    expect(indexed).toMatchObject({ source: 'index', dim: run.dim });
    await indexed.release();
  });
});
