import { copyFile, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import * as api from '#src/server/api.js';
import { openRemote } from '#src/server/remote.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { tempFolder } from '../cli/cli.js';
import { serveHere } from './served.js';
import { copyTiny } from './tiny-run.js';

const root = tempFolder();
const served = serveHere(() => copyTiny(root));
const { get, json } = served;

describe('what is said of all pictures', () => {
  it('is a map, by principal components at first and then by UMAP', async () => {
    expect(await json(api.MapStatus, '/api/map/status')).toEqual({ method: 'pca', progress: 0 });
    await expectMap();
    await expect
      .poll(() => json(api.MapStatus, '/api/map/status'), { timeout: 20_000 })
      .toEqual({ method: 'umap', progress: 1 });
    await expectMap();
    expect(await readdir(served.tiny.runPath)).toContain('map.arrow');
  });

  async function expectMap(): Promise<void> {
    const response = await get('/api/map');
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    expect(table.schema.fields.map(({ name }) => name)).toEqual([...api.MAP_COLUMNS]);
    expect(table.numRows).toBe(72);
    for (const axis of ['x', 'y']) {
      for (const value of table.getChild(axis)!) expect(Math.abs(value)).toBeLessThanOrEqual(1.001);
    }
  }

  it('is which are the most isolated, the first first', async () => {
    const { pictures } = await json(api.Outliers, '/api/outliers?limit=72');
    const scores = pictures.map(({ outlier }) => outlier);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(await json(api.Outliers, '/api/outliers?limit=5&offset=3')).toEqual({ pictures: pictures.slice(3, 8) });
  });

  it('is which are there twice', async () => {
    const all = await json(api.Duplicates, '/api/duplicates?threshold=0.9&limit=1000');
    expect(all.groups).toHaveLength(all.numGroups);
    expect(all.groups.reduce((sum, { pictures }) => sum + pictures.length - 1, 0)).toBe(all.numSpare);
    expect(all.groups.every(({ similarity }) => similarity >= 0.9)).toBe(true);
    const { threshold, calibration } = await json(api.Duplicates, '/api/duplicates?limit=1');
    expect(calibration).toMatchObject({ threshold, numCopies: 3 * 72, numPictures: 72 });
    expect((await get('/api/duplicates?threshold=0')).status).toBe(400);
    expect(await json(api.NearestStatus, '/api/nearest/status')).toEqual({ progress: 1 });
  });

  const labels = [
    { row: 0, label: 'round' },
    { row: 71, label: 'green, or "so"' },
  ];
  const classify = (body: unknown, accept = 'application/json'): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept },
  });

  it('is labels for the rest, the most doubtful first, as JSON or CSV', async () => {
    const proposals = await json(api.Proposals, '/api/classify?limit=1000', classify({ labels }));
    expect(proposals.numProposals).toBe(70);
    expect(proposals.counts.reduce((sum, count) => sum + count)).toBe(70);
    const leads = proposals.proposals.map(({ confidence, runnerUp }) => confidence - (runnerUp?.confidence ?? 0));
    expect(leads).toEqual([...leads].sort((a, b) => a - b));

    const csv = await (await get('/api/classify?limit=1', classify({ labels }, 'text/csv'))).text();
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    expect(rows.map(({ path, label }) => [path, label])).toEqual(
      proposals.proposals.map(({ name, proposal }) => [name, proposal]),
    );
  });

  it('gives a spreadsheet nothing to compute, unless it is asked to', async () => {
    const formulas = labels.map(({ row, label }) => ({ row, label: `=${label}` }));
    const csv = async (query: string): Promise<string> => {
      const response = await get(`/api/classify${query}`, classify({ labels: formulas }, 'text/csv'));
      return Buffer.from(await response.arrayBuffer()).toString();
    };
    const safe = await csv('');
    const cells: Record<string, string>[] = parse(safe, { columns: true });
    expect(cells.every(({ label }) => /^'=/.test(label!))).toBe(true);
    expect(await csv('?raw=true')).toBe(safe.replaceAll("'=", '='));
    expect(await csv('?excel=true&raw=false')).toBe(`\ufeff${safe}`);
    expect((await get('/api/classify?raw=yes', classify({ labels }))).status).toBe(400);
  });

  it('is refused for labels that make no sense, with the reason', async () => {
    for (const body of [{}, { labels: [] }, { labels, k: 0 }, { labels, tau: -1 }]) {
      const response = await get('/api/classify', classify(body));
      expect(response.status).toBe(400);
      expect(api.Problem.parse(await response.json()).error).toMatch(/labels|k|tau/);
    }
    const unknown = await get('/api/classify', classify({ labels: [{ row: 72, label: 'x' }] }));
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'row: expected one in [0, 72), got 72.' }]);
    const text = await get('/api/classify', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(415);
  });
});

describe('the description', () => {
  it('names every path of the API with its answers', async () => {
    const document = (await (await get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/classify',
      '/api/clusters',
      '/api/duplicates',
      '/api/duplicates/decisions',
      '/api/embed',
      '/api/events',
      '/api/labels',
      '/api/map',
      '/api/map/status',
      '/api/metrics',
      '/api/nearest/status',
      '/api/outliers',
      '/api/pictures',
      '/api/pictures/{row}',
      '/api/pictures/{row}/explanation',
      '/api/pictures/{row}/facts',
      '/api/pictures/{row}/file',
      '/api/pictures/{row}/neighbours',
      '/api/pictures/{row}/seen',
      '/api/pictures/{row}/show',
      '/api/pictures/{row}/thumbnail',
      '/api/run',
      '/api/search',
      '/api/seen',
    ]);
    for (const operations of Object.values(document.paths)) {
      for (const { responses } of Object.values(operations))
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '4XX']));
    }
  });
});

describe('a checkpoint that is newer', () => {
  it('is taken up while the service runs', async () => {
    const path = join(root, 'live', 'run');
    await mkdir(dirname(path));
    await cp(served.tiny.runPath, path, { recursive: true });
    // The bank answers where there are no features.
    await rm(join(path, 'features.safetensors'));
    const service = await openRemote(path, { threads: 1 });
    expect((await service.run()).source).toBe('bank');
    const before = (await service.neighbours(0, { k: 71, comparePixels: false })).neighbours;
    const folder = await RunFolder.open(path);
    const checkpoint = await folder.loadCheckpoint();
    const bank = checkpoint.bank.get('bank')!.data as Float32Array;
    // Everybody moves one row on, so row 0 is where row 1 was.
    bank.set([...bank.subarray(128), ...bank.subarray(0, 128)]);
    await folder.saveCheckpoint({ ...checkpoint, step: checkpoint.step + 1 });
    const rows = async (): Promise<number[]> =>
      (await service.neighbours(0, { k: 71, comparePixels: false })).neighbours.map(({ row }) => row);
    await expect.poll(rows, { timeout: 10_000 }).not.toEqual(before.map(({ row }) => row));
    await service.close();
  });

  it('is waited for by a run that has none', async () => {
    const path = join(root, 'young', 'run');
    await mkdir(path, { recursive: true });
    await copyFile(join(served.tiny.runPath, 'config.json'), join(path, 'config.json'));
    const service = await openRemote(path);
    expect(await service.run()).toMatchObject({ state: 'stopped', numPictures: 0, classes: [] });
    await expect(service.picture(0)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('none yet'),
    });
    await service.close();
    await expect(service.run()).rejects.toThrow(/ended|closed/);
  });
});
