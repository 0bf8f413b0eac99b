import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as api from '#src/server/api.js';
import { RunService } from '#src/server/run-service.js';
import { tempFolder } from '../store/temp-folder.js';
import { copyTiny, serveTiny, type TinyRun } from './tiny-run.js';

const root = tempFolder();
let tiny: TinyRun;
let server: Awaited<ReturnType<typeof serveTiny>>;

beforeAll(async () => {
  tiny = await copyTiny(root);
  server = await serveTiny(tiny, await RunService.open(tiny.runPath, { threads: 1 }));
});
afterAll(() => server.close());

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${server.url}/api/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const labels = async (): Promise<api.Labels> => (await fetch(`${server.url}/api/labels`)).json();

describe('labels', () => {
  it('are kept by the run, by content, for everybody', async () => {
    expect(await labels()).toEqual({ labels: [] });
    const changes = [
      { row: 3, label: ' round ' },
      { row: 70, label: 'green' },
    ];
    expect(await (await post('labels', { changes })).json()).toEqual({ stored: true });
    expect(await labels()).toEqual({
      labels: [
        { row: 3, label: 'round' },
        { row: 70, label: 'green' },
      ],
    });
    await post('labels', { changes: [{ row: 3, label: 'square' }], onlyNew: true });
    await post('labels', { changes: [{ row: 70, label: null }] });
    expect(await labels()).toEqual({ labels: [{ row: 3, label: 'round' }] });
    const stored = JSON.parse(await readFile(join(tiny.runPath, 'labels.json'), 'utf8'));
    expect(stored.labels).toMatchObject([{ label: 'round', content: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('are of rows that there are, and damaged ones are said to be', async () => {
    expect((await post('labels', { changes: [{ row: 72, label: 'x' }] })).status).toBe(404);
    expect((await post('labels', { changes: [{ row: 1, label: ' ' }] })).status).toBe(400);
    await writeFile(join(tiny.runPath, 'labels.json'), '{');
    const answer = await fetch(`${server.url}/api/labels`);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    // Clients are told no paths; the log has it.
    expect(await answer.json()).toEqual({ error: 'The service failed; its log says why.' });
  });
});

describe('names of clusters', () => {
  const clusters = async (): Promise<api.Clusters['clusters']> =>
    (await (await fetch(`${server.url}/api/clusters`)).json()).clusters;
  const namesInMap = async (): Promise<string | undefined> => {
    const bytes = await (await fetch(`${server.url}/api/map`)).arrayBuffer();
    return tableFromIPC(new Uint8Array(bytes)).schema.metadata.get('clusterNames');
  };

  it('are kept by the run once the map is laid out, and are in the map', async () => {
    expect(await clusters()).toEqual([]);
    expect((await post('clusters', { cluster: 0, name: 'round' })).status).toBe(409);
    expect(await namesInMap()).toBeUndefined();
    await expect.poll(async () => (await clusters()).length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(await (await post('clusters', { cluster: 1, name: ' round ' })).json()).toEqual({ stored: true });
    const [first, second] = await clusters();
    expect(first).toMatchObject({ cluster: 0, name: null });
    expect(second).toMatchObject({ cluster: 1, name: 'round' });
    expect(await namesInMap()).toBe('{"1":"round"}');
    await post('clusters', { cluster: 1, name: null });
    expect(await namesInMap()).toBeUndefined();
    expect((await post('clusters', { cluster: 99, name: 'none' })).status).toBe(404);
    expect((await post('clusters', { cluster: 1, name: ' ' })).status).toBe(400);
  });
});

describe('decisions', () => {
  const ask = async (query: string): Promise<api.Duplicates> =>
    (await fetch(`${server.url}/api/duplicates?limit=1000${query}`)).json();

  it('are remembered, and move a group to those that are kept', async () => {
    // The highest at which there is a pair.
    const threshold = (await ask('')).pairsAt.findLast(({ numPairs }) => numPairs > 0)!.threshold;
    const duplicates = (query = ''): Promise<api.Duplicates> => ask(`&threshold=${threshold}${query}`);
    const before = await duplicates();
    const [group] = before.groups;
    const rows = group!.pictures.map(({ row }) => row);
    const last = rows.at(-1)!;
    const marks = rows.map((row) => ({ row, stays: row === last }));
    expect(await (await post('duplicates/decisions', { marks })).json()).toEqual({ stored: true });
    const marked = (await duplicates()).groups[0]!.pictures;
    expect(marked.flatMap(({ row, stays }) => (stays ? [row] : []))).toEqual([last]);
    expect(marked.at(-1)!.reason).toBe('it stays, as was said');

    const kept = { kind: group!.kind, rows, keepAll: true };
    await post('duplicates/decisions', { groups: [kept] });
    const after = await duplicates();
    expect([after.numGroups, after.numDecided]).toEqual([before.numGroups - 1, 1]);
    const { groups, numSpare } = await duplicates('&decided=true');
    expect(groups.map(({ isDecided, pictures }) => [isDecided, pictures.map(({ row }) => row)])).toEqual([
      [true, rows],
    ]);
    expect(numSpare).toBe(0);
    await post('duplicates/decisions', { groups: [{ ...kept, keepAll: false }] });
    expect((await duplicates()).numGroups).toBe(before.numGroups);
  });
});
