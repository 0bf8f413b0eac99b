import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openMap } from '#src/collection/map/map-file.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

const rows = blobs(2, 12);
const hashes = rows.map((_, row) => `hash ${row}`);
const before = makeCollection(rows, { hashes });
/** In another order, without the first two, and with one more picture in the middle of each blob. */
const order = Array.from({ length: 22 }, (_, i) => 23 - i);
const [one, other] = [rows.slice(0, 12), rows.slice(12)].map((blob) =>
  blob[0]!.map((_, axis) => blob.reduce((sum, row) => sum + row[axis]!, 0)),
);
const after = makeCollection([...order.map((row) => rows[row]!), one!, other!], {
  hashes: [...order.map((row) => hashes[row]!), 'new one', 'new other'],
});
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instdisc-placed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const placeOf = ({ layout }: { readonly layout: Float32Array }, row: number): number[] => [
  layout[2 * row]!,
  layout[2 * row + 1]!,
];

it('leaves pictures where they were, under whatever rows, and places new ones among those that are like them', async () => {
  const map = await openMap(folder, before);
  const placed = await openMap(folder, after, { keepsPlaces: true });
  for (const [now, was] of order.entries()) {
    expect(placeOf(placed, now)).toEqual(placeOf(map, was));
    expect(placed.cluster[now]).toBe(map.cluster[was]);
  }
  const distanceTo = ([x, y]: number[], blob: number): number => {
    const own = Array.from({ length: 12 }, (_, i) => placeOf(map, 12 * blob + i));
    const [cx, cy] = [0, 1].map((axis) => own.reduce((sum, place) => sum + place[axis]! / 12, 0));
    return Math.hypot(x! - cx!, y! - cy!);
  };
  for (const blob of [0, 1]) {
    const at = placeOf(placed, 22 + blob);
    expect(distanceTo(at, blob)).toBeLessThan(distanceTo(at, 1 - blob));
    expect(placed.cluster[22 + blob]).toBe(map.cluster[12 * blob + 5]);
  }
  // It is what is kept now, and what the next update begins with.
  expect(await openMap(folder, after)).toEqual(placed);
});

it('lays all out anew if it is asked to, if nothing says otherwise, and if few pictures were there', async () => {
  const map = await openMap(folder, before);
  const anew = await openMap(folder, after, { keepsPlaces: true, isAnew: true });
  expect(placeOf(anew, 0)).not.toEqual(placeOf(map, order[0]!));
  await openMap(folder, before);
  expect(placeOf(await openMap(folder, after), 0)).not.toEqual(placeOf(map, order[0]!));
  await openMap(folder, before);
  const strangers = makeCollection(rows.slice().reverse(), { hashes: hashes.map((hash) => `other ${hash}`) });
  expect((await openMap(folder, strangers, { keepsPlaces: true })).cluster.some((cluster) => cluster >= 0)).toBe(true);
});
