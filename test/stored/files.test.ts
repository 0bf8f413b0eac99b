import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { readPlan } from '#src/experiments/plan-file.js';
import { exportSite } from '#src/server/export-site.js';
import { readEmbeddings } from '#src/store/embeddings/embeddings.js';
import { StaticSource } from '../../web/src/source/static.ts';
import { install, recorded } from './fixture.ts';
import { expectStillSaid } from './still-said.ts';

const root = install();
const site = join(root, 'site');
const { requests } = recorded<{ requests: readonly { path: string; answer: unknown }[] }>('answers.json');
/** What the service of 0.1 answered of the same run. */
const answered = (path: string): unknown => requests.find((request) => request.path === path)!.answer;
const ROW = 5;

afterEach(() => vi.unstubAllGlobals());

it.each(['npy', 'parquet', 'csv'])('reads embeddings of version 0.1 from .%s', async (type) => {
  const { ids, labels, features, dim } = await readEmbeddings(join(root, 'embeddings', `embeddings.${type}`));
  const pictures = (await readdir(join(root, 'pictures'), { recursive: true })).filter((name) => name.endsWith('.jpg'));
  expect(ids.map((id) => id.split('/').slice(-2).join('/'))).toEqual(pictures.sort());
  expect(labels).toEqual(ids.map((id) => id.split('/').at(-2)));
  expectStillSaid({ dim, features: Array.from(features.subarray(ROW * dim, (ROW + 1) * dim)) }, answered('embed'));
});

it('reads the plan of an experiment of version 0.1', async () => {
  const request = { experiment: 'dimension', data: join(root, 'pictures'), test: null, budget: 10, seed: 0 };
  expect(await readPlan(join(root, 'experiment'), request)).toMatchObject({ request, version: 1 });
});

it('shows a site that version 0.1 exported', async () => {
  vi.stubGlobal('fetch', async (path: string) => new Response(await readFile(join(site, path))));
  const source = new StaticSource();
  expectStillSaid(await source.run(), answered('run'));
  expectStillSaid(await source.picture(ROW), answered(`pictures/${ROW}`));
  expectStillSaid(await source.neighbours(ROW, { k: 3 }), answered(`pictures/${ROW}/neighbours?k=3`));
  expectStillSaid({ records: await source.metrics() }, answered('metrics'));
  expect((await source.map()).x).toHaveLength(24);
});

it('exports a run of version 0.1 over the site that it exported', async () => {
  const page = join(root, 'page');
  await mkdir(page);
  await copyFile(join(site, 'index.html'), join(page, 'index.html'));
  // The paths in the index are those of the machine that made it; without it the run answers for its own pictures.
  await rm(join(root, 'runs', 'batch', 'index'), { recursive: true });
  await exportSite(join(root, 'runs', 'batch'), site, { page, threads: 1 });
  const [data] = await readdir(join(site, 'data'));
  expect(await readdir(join(site, 'data', data!))).toContain('encoder.onnx');
});
