import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptMap, openMap } from '#src/collection/map/map-file.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

const rows = blobs(2, 12);
const collection = makeCollection(rows);
const unsearchable = { ...collection, nearest: () => Promise.reject(new Error('searched')) };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instdisc-map-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('openMap', () => {
  it('computes a map once and reads it from then on', async () => {
    expect(await keptMap(folder, collection)).toBeUndefined();
    const map = await openMap(folder, collection);
    expect(await openMap(folder, unsearchable)).toEqual(map);
    expect(await keptMap(folder, unsearchable)).toEqual(map);
    expect(await readdir(folder)).toEqual(['map.arrow']);
  });

  it('gives the map also where it cannot be kept, and says why', async () => {
    await writeFile(join(folder, 'file'), '');
    const refusals: string[] = [];
    const onNotKept = ({ message }: Error): void => void refusals.push(message);
    const map = await openMap(join(folder, 'file'), collection, { onNotKept });
    expect(map).toEqual(await openMap(folder, collection, { onNotKept }));
    expect(refusals).toEqual([expect.stringContaining('map.arrow: expected a folder, got a file on the way')]);
  });

  it('leaves a file that any Arrow reader reads', async () => {
    const map = await openMap(folder, collection);
    const table = tableFromIPC(await readFile(join(folder, 'map.arrow')));
    expect(table.numRows).toBe(24);
    expect(table.getChild('y')?.get(3)).toBe(map.layout[7]);
  });

  it('computes it anew where features or the seed have changed', async () => {
    await openMap(folder, collection);
    await expect(openMap(folder, unsearchable, { seed: 1 })).rejects.toThrow('searched');
    const changed = { ...unsearchable, features: collection.features.map((value) => -value) };
    await expect(openMap(folder, changed)).rejects.toThrow('searched');
  });

  it('computes it anew where one bit of a place is flipped', async () => {
    const map = await openMap(folder, collection);
    const path = join(folder, 'map.arrow');
    const bytes = await readFile(path);
    const x = new Uint8Array(Float32Array.of(map.layout[0]!, map.layout[2]!, map.layout[4]!).buffer);
    const at = bytes.indexOf(x);
    expect(at).toBeGreaterThan(0);
    bytes[at + 2]! ^= 1;
    await writeFile(path, bytes);
    expect(await keptMap(folder, collection)).toBeUndefined();
    expect(await openMap(folder, collection)).toEqual(map);
  });

  it('computes it anew where the file is damaged', async () => {
    const map = await openMap(folder, collection);
    const path = join(folder, 'map.arrow');
    await writeFile(path, (await readFile(path)).subarray(0, 500));
    expect(await openMap(folder, collection)).toEqual(map);
    expect(await keptMap(folder, unsearchable)).toEqual(map);
  });
});
