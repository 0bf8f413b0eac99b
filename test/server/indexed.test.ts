import { appendFile, copyFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { embed } from '#src/run/embed.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import * as api from '#src/server/api.js';
import { Metrics } from '#src/server/live-api.js';
import { openRemote } from '#src/server/remote.js';
import { RunService, type Service } from '#src/server/run-service.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { tempFolder } from '../cli/cli.js';
import { answerOf } from './served.js';
import { serveTiny, type TinyRun, trainTiny } from './tiny-run.js';

const root = tempFolder();
/** Pictures that the run was not trained on, larger than its cache would keep them. */
const more = join(root, 'more');
let tiny: TinyRun;

beforeAll(async () => {
  tiny = await trainTiny(root);
  await drawDataset(more, { perKind: 2, first: 6, seed: 1, size: 96 });
  await copyFile(join(more, 'fish', '00006.jpg'), join(more, 'fish', 'copy.jpg'));
});

async function index(runPath: string, ...paths: string[]): Promise<void> {
  const trained = await openRun(runPath, { threads: 1 });
  await indexPictures(trained, paths);
  await trained.release();
}

/** A run of its own, to be changed. */
async function copyRun(name: string): Promise<string> {
  const path = join(root, name, 'run');
  await mkdir(join(root, name));
  await cp(tiny.runPath, path, { recursive: true });
  return path;
}

/** Waits until a service says so of itself. */
async function expectRun(service: Service, run: Partial<api.Run>): Promise<void> {
  const says = async (): Promise<void> => expect(await service.run()).toMatchObject(run);
  await vi.waitFor(says, { timeout: 10_000, interval: 100 });
}

it('says nothing of a map that its end breaks off', async () => {
  const faults: string[] = [];
  const service = await RunService.open(await copyRun('closed'), { threads: 1 }, ({ message }) => faults.push(message));
  await service.map();
  await service.close();
  // What was under way may end a little later.
  await sleep(300);
  expect(faults).toEqual([]);
});

describe('a server over an index', () => {
  const faults: string[] = [];
  let trained: TrainedRun;
  let server: Awaited<ReturnType<typeof serveTiny>>;
  let pictures: api.ServedPicture[];

  beforeAll(async () => {
    const runPath = await copyRun('indexed');
    await index(runPath, more, join(tiny.pictures, 'cat'));
    trained = await openRun(runPath, { threads: 1 });
    const onError = (error: unknown): void => void faults.push(String(error));
    server = await serveTiny({ runPath }, await openRemote(runPath, { threads: 1 }, onError), { onError });
    ({ pictures } = await json(api.Pictures, '/api/pictures?limit=100'));
  });
  afterAll(async () => {
    await server.close();
    await trained.release();
    expect(faults).toEqual([]);
  });

  async function json<T extends z.ZodType>(schema: T, path: string, init?: RequestInit): Promise<z.infer<T>> {
    return answerOf(schema, await fetch(server.url + path, init));
  }
  const rowOf = (name: string): number => pictures.findIndex((picture) => picture.name === name);

  it('shows the pictures of the index and no others', async () => {
    const run = await json(api.Run, '/api/run');
    expect(run).toMatchObject({ source: 'index', numPictures: 31 });
    expect(run).not.toHaveProperty('ignoresIndex');
    expect(pictures.map(({ row }) => row)).toEqual(Array.from({ length: 31 }, (_, row) => row));
    expect(pictures[0]).toEqual({ row: 0, name: 'more/balloon/00006.jpg', label: 'balloon' });
    expect(rowOf('pictures/cat/00000.jpg')).toBe(25);
  });

  it('finds what a naive search among their features finds', async () => {
    const { features, dim } = await embed(trained, [more, join(tiny.pictures, 'cat')]);
    const cosine = (a: number, b: number): number =>
      features.subarray(a * dim, (a + 1) * dim).reduce((sum, value, i) => sum + value * features[b * dim + i]!, 0);
    for (const row of [3, 30]) {
      const others = pictures.map((picture) => picture.row).filter((other) => other !== row);
      const best = others.sort((a, b) => cosine(row, b) - cosine(row, a)).slice(0, 5);
      const { neighbours } = await json(api.SearchAnswer, `/api/pictures/${row}/neighbours?k=5`);
      for (const [i, { similarity }] of neighbours.entries()) expect(similarity).toBeCloseTo(cosine(row, best[i]!), 4);
    }
    const body = await readFile(join(more, 'tree', '00007.jpg'));
    const { neighbours, byPixels } = await json(api.SearchAnswer, '/api/search?k=3&compare=pixels', {
      method: 'POST',
      body,
    });
    expect(neighbours[0]).toMatchObject({ name: 'more/tree/00007.jpg', similarity: expect.closeTo(1, 5) });
    expect(byPixels![0]).toMatchObject({ name: 'more/tree/00007.jpg', similarity: expect.closeTo(1, 5) });
  });

  it('makes thumbnails from the files, and says so where one has gone', async () => {
    const thumbnail = (name: string): Promise<Response> =>
      fetch(`${server.url}/api/pictures/${rowOf(name)}/thumbnail?size=64`);
    const { width, height } = await sharp(await (await thumbnail('more/house/00006.jpg')).arrayBuffer()).metadata();
    expect([width, height]).toEqual([64, 64]);
    const file = join(more, 'car', '00007.jpg');
    const bytes = await readFile(file);
    await rm(file);
    const gone = await thumbnail('more/car/00007.jpg');
    expect(gone.status).toBe(404);
    expect(await gone.json()).toEqual({
      error: 'picture: expected its file to be where it was, got: nothing is there',
    });
    await sharp(bytes).toFile(file);
    expect((await thumbnail('more/car/00007.jpg')).status).toBe(200);
  });

  it('lays them out, finds what is twice and what is alone, and labels the rest', async () => {
    const map = tableFromIPC(new Uint8Array(await (await fetch(`${server.url}/api/map`)).arrayBuffer()));
    expect(Array.from(map.getChild('name')!)).toEqual(pictures.map(({ name }) => name));
    const { groups } = await json(api.Duplicates, '/api/duplicates?threshold=1');
    expect(groups.map((group) => group.pictures.map(({ name }) => name))).toContainEqual([
      'more/fish/00006.jpg',
      'more/fish/copy.jpg',
    ]);
    expect((await json(api.Outliers, '/api/outliers?limit=100')).pictures).toHaveLength(31);
    const labels = [
      { row: 0, label: 'round' },
      { row: 30, label: 'cat' },
    ];
    const init = { method: 'POST', body: JSON.stringify({ labels }), headers: { 'content-type': 'application/json' } };
    expect(await json(api.Proposals, '/api/classify', init)).toMatchObject({ numProposals: 29 });
  });

  it('explains the pictures that it was trained on, and tells which those are of the epochs’ queries', async () => {
    const explain = (name: string): string => `/api/pictures/${rowOf(name)}/explanation`;
    const { picture, top, own } = await json(api.Explanation, explain('pictures/cat/00003.jpg'));
    expect(picture.name).toBe('pictures/cat/00003.jpg');
    expect(own.rank).toBeGreaterThanOrEqual(1);
    for (const { name } of top) expect(name).toMatch(/^pictures\/cat/);
    const refused = await fetch(server.url + explain('more/cat/00006.jpg'));
    expect(refused.status).toBe(404);
    expect(await refused.json()).toEqual({
      error: 'row: expected a picture of the training, got more/cat/00006.jpg, which is only in the index.',
    });
    const { records } = await json(Metrics, '/api/metrics');
    for (const { queries } of records) {
      for (const { picture, neighbours } of queries!) {
        for (const { name } of [picture, ...neighbours]) expect(name).toMatch(/^pictures\/cat/);
      }
    }
  });
});

describe.concurrent('an index that changes while the server runs', () => {
  it('is taken up when it is made, updated, and removed', async () => {
    const runPath = await copyRun('changing');
    const service = await openRemote(runPath, { threads: 1 });
    await expectRun(service, { source: 'features', numPictures: 72 });
    await index(runPath, join(more, 'cat'), join(more, 'fish'));
    await expectRun(service, { source: 'index', numPictures: 5 });
    await index(runPath, join(more, 'tree'));
    await expectRun(service, { source: 'index', numPictures: 7 });
    expect((await service.neighbours(0, { k: 50, comparePixels: false })).neighbours).toHaveLength(6);
    await rm(join(runPath, 'index'), { recursive: true });
    await expectRun(service, { source: 'features', numPictures: 72 });
    await service.close();
  });
});

describe.concurrent('an index that cannot be answered from', () => {
  /** Trains a run further, as far as others can tell. */
  async function trainFurther(runPath: string): Promise<void> {
    const folder = await RunFolder.open(runPath);
    const checkpoint = await folder.loadCheckpoint();
    await folder.saveCheckpoint({ ...checkpoint, step: checkpoint.step + 1 });
    // A protocol buffer goes on with another field: this is the model's description.
    await appendFile(folder.encoderPath, Uint8Array.of(0x32, 1, 0x78));
  }

  async function expectBank(service: Service, source: 'bank' | 'features' = 'bank'): Promise<void> {
    await expectRun(service, { source, numPictures: 72, ignoresIndex: true });
    expect(await service.picture(71)).toMatchObject({ row: 71 });
  }

  it('gives way to the pictures of the training when it is of an earlier encoder, until it is made anew', async () => {
    const runPath = await copyRun('further');
    await index(runPath, join(more, 'cat'));
    const told: string[] = [];
    const onError = ({ message }: Error): void => void told.push(message);
    const running = await openRemote(runPath, { threads: 1 }, onError);
    expect(await running.run()).toMatchObject({ source: 'index' });
    await trainFurther(runPath);
    await expectBank(running);
    await trainFurther(runPath);
    const started = await openRemote(runPath, { threads: 1 }, onError);
    await expectBank(started);
    // Once by each of the two, however often they look.
    expect(told).toHaveLength(2);
    for (const message of told) expect(message).toMatch(/got one made before .* Until then, answers are from the pict/);
    await index(runPath, join(more, 'cat'));
    await expectRun(running, { source: 'index', numPictures: 2 });
    expect(await running.run()).not.toHaveProperty('ignoresIndex');
    await running.close();
    await started.close();
  });

  it('gives way to them when it is damaged', async () => {
    const runPath = await copyRun('damaged');
    await index(runPath, join(more, 'cat'));
    const tables = (await readdir(join(runPath, 'index'))).filter((name) => name.startsWith('features-'));
    await rm(join(runPath, 'index', tables[0]!, 'data'), { recursive: true });
    const told: string[] = [];
    const service = await openRemote(runPath, { threads: 1 }, ({ message }) => void told.push(message));
    await expectBank(service, 'features');
    expect(told).toEqual([expect.stringContaining('expected an index that can be read and written, got: ')]);
    await service.close();
  });
});
