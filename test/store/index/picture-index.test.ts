import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { searchExact } from '#src/search/exact.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import { pictureTable } from '#src/store/index/picture-table.js';
import { pictures } from '../indexed-pictures.js';

let root: string;
let numIndices = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-index-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const newAddress = (): string => join(root, `index-${numIndices++}`);

describe('an index of pictures', () => {
  it('gives back what was put in, in the order of the ids', async () => {
    const index = await PictureIndex.create(newAddress(), 'key', 4);
    // By UTF-16 code unit the emoji comes before the fullwidth letter; by code point, and in UTF-8, after it.
    const ids = ["/a/it's.jpg", '/a/"; DROP.jpg', '/b.jpg#1', '/b.jpg#10', '/ａ.jpg', '/😀.jpg', '/z\n.jpg'];
    const given = pictures(ids);
    await index.put(given);
    const read = await index.read();
    expect(read.pictures.map(({ id }) => id)).toEqual([...ids].sort());
    for (const [row, picture] of read.pictures.entries()) {
      const from = ids.indexOf(picture.id);
      expect(picture).toEqual(given.pictures[from]);
      expect(read.features.subarray(4 * row, 4 * row + 4)).toEqual(given.features.subarray(4 * from, 4 * from + 4));
    }
    expect(await index.pictures()).toHaveLength(ids.length);
    const [some] = [await index.find(["/a/it's.jpg", 'not there', '/b.jpg#1'])];
    expect(some.pictures.map(({ id }) => id)).toEqual(["/a/it's.jpg", '/b.jpg#1']);
    expect(some.features.subarray(4)).toEqual(given.features.subarray(8, 12));
    await index.remove(ids.filter((id) => id.startsWith('/a/')));
    expect(await index.count()).toBe(ids.length - 2);
    index.close();
  });

  it('is not there where a full disk came between its folder and its first version', async () => {
    const [begun, address] = [newAddress(), newAddress()];
    const index = await PictureIndex.create(begun, 'key', 4);
    index.close();
    const [table] = (await readdir(begun)).filter((name) => name.endsWith('.lance'));
    await mkdir(join(address, table!, '_transactions'), { recursive: true });
    await writeFile(join(address, table!, '_transactions', '0.txn'), 'half');
    expect(await PictureIndex.open(address, 'key')).toBeUndefined();
    expect(await PictureIndex.version(address)).toBe(address);
    const anew = await PictureIndex.create(address, 'key', 4);
    await anew.put(pictures(['a']));
    expect(await anew.count()).toBe(1);
    anew.close();
  });

  it('replaces a picture of the same id', async () => {
    const index = await PictureIndex.create(newAddress(), 'key', 4);
    await index.put(pictures(['a', 'b', 'c']));
    const { pictures: rows, features } = pictures(['other', 'd']);
    await index.put({ pictures: rows.map((row, i) => ({ ...row, id: i === 0 ? 'b' : 'd' })), features });
    const read = await index.read();
    expect(read.pictures.map(({ id, hash }) => [id, hash])).toEqual([
      ['a', 'hash of a'],
      ['b', 'hash of other'],
      ['c', 'hash of c'],
      ['d', 'hash of d'],
    ]);
    expect(read.features.subarray(4, 8)).toEqual(features.subarray(0, 4));
    index.close();
  });

  it('refuses features that are not of length one, as of an encoder that has diverged', async () => {
    const index = await PictureIndex.create(newAddress(), 'key', 4);
    for (const value of [0, Number.NaN, 1]) {
      const given = { ...pictures(['fine', 'odd']) };
      given.features.fill(value, 4);
      await expect(index.put(given)).rejects.toThrow(/expected a feature of length 1 of odd, got another/);
    }
    expect(await index.count()).toBe(0);
    index.close();
  });

  it('holds every picture once whoever puts it in at the same time, with no lock to help', async () => {
    const address = newAddress();
    const writers = [];
    for (let i = 0; i < 3; i++) writers.push(await PictureIndex.create(address, 'key', 4));
    for (let round = 0; round < 5; round++) {
      const given = pictures(Array.from({ length: 20 }, (_, i) => `${round} ${i}`));
      await Promise.all(writers.map((writer) => writer.put(given)));
    }
    expect(await writers[0]!.count()).toBe(100);
    for (const writer of writers) writer.close();
  });

  it.each([
    ['exactly without preparation', Number.POSITIVE_INFINITY, 1],
    ['most of them with an approximate index', 0, 0.85],
  ])('finds the nearest, %s', async (_, approximateFrom, least) => {
    const dim = 16;
    const given = pictures(
      Array.from({ length: 1500 }, (_, i) => String(i).padStart(4, '0')),
      dim,
    );
    const index = await PictureIndex.create(newAddress(), 'key', dim);
    await index.put(given);
    await index.optimize(approximateFrom);
    const { features: queries } = pictures(['x', 'y', 'z', 'u', 'v'], dim);
    const exact = searchExact({ queries, rows: given.features, dim, k: 10 });
    let hits = 0;
    for (let query = 0; query < 5; query++) {
      const found = await index.nearest(queries.slice(query * dim, (query + 1) * dim), 10);
      expect(found.map(({ similarity }) => similarity)).toEqual(
        found.map(({ similarity }) => similarity).sort((a, b) => b - a),
      );
      for (const { id, similarity } of found) {
        const rank = exact.indices.subarray(10 * query, 10 * query + 10).indexOf(Number(id));
        if (rank < 0) continue;
        hits++;
        expect(similarity).toBeCloseTo(exact.scores[10 * query + rank]!, 5);
      }
    }
    expect(hits / 50).toBeGreaterThanOrEqual(least);
    index.close();
  });

  it('finds a picture that came after the approximate index was made', async () => {
    const index = await PictureIndex.create(newAddress(), 'key', 16);
    await index.put(
      pictures(
        Array.from({ length: 600 }, (_, i) => `old ${i}`),
        16,
      ),
    );
    await index.optimize(0);
    const late = pictures(['late'], 16);
    await index.put(late);
    expect((await index.nearest(late.features, 1))[0]).toMatchObject({ id: 'late' });
    await index.optimize(0);
    expect((await index.nearest(late.features, 1))[0]).toMatchObject({ id: 'late' });
    index.close();
  });
});

describe('the features of several encoders', () => {
  it('are no index until a picture is in it', async () => {
    const address = newAddress();
    expect(await PictureIndex.open(address, 'key')).toBeUndefined();
    (await PictureIndex.create(address, 'key', 4)).close();
    expect(await PictureIndex.open(address, 'key')).toBeUndefined();
  });

  it('are kept apart, and told when those asked for are not there', async () => {
    const address = newAddress();
    const old = await PictureIndex.create(address, 'old', 4);
    await old.put(pictures(['a']));
    await expect(PictureIndex.open(address, 'new')).rejects.toThrow(RunError);
    await expect(PictureIndex.open(address, 'new')).rejects.toThrow(
      /made before it was trained further.*instdisc index/,
    );
    expect(await (await PictureIndex.open(address, 'old'))?.count()).toBe(1);
  });

  it('are removed once all their pictures have new ones or are gone', async () => {
    const address = newAddress();
    await (await PictureIndex.create(address, 'old', 4)).put(pictures(['a', 'b', 'elsewhere']));
    const index = await PictureIndex.create(address, 'new', 8);
    await index.put(pictures(['a', 'c'], 8));
    expect(await index.removeOthers((id) => id === 'b')).toBe(1);
    expect(await (await PictureIndex.open(address, 'old'))?.count()).toBe(3);
    await index.put(pictures(['elsewhere'], 8));
    expect(await index.removeOthers((id) => id === 'b')).toBe(0);
    await expect(PictureIndex.open(address, 'old')).rejects.toThrow(RunError);
    expect((await PictureIndex.open(address, 'new'))?.dim).toBe(8);
  });

  it('say where they should be when that is impossible', async () => {
    const file = join(root, 'a file');
    await writeFile(file, '');
    await expect(PictureIndex.create(join(file, 'index'), 'key', 4)).rejects.toThrow(
      /a file.index: expected an index that can be read and written, got: /,
    );
  });
});

it('neither takes nor gives features that are not finite', async () => {
  const address = newAddress();
  const index = await PictureIndex.create(address, 'key', 4);
  const spoilt = pictures(['a', 'b', 'c']);
  spoilt.features[5] = Number.NaN;
  await expect(index.put(spoilt)).rejects.toThrow(`${address}: expected a feature of length 1 of b, got another`);
  expect(await index.count()).toBe(0);

  // LanceDB itself refuses NaN, with a path of its own sources.
  spoilt.features[5] = Number.POSITIVE_INFINITY;
  const connection = await connect(address);
  const table = await connection.openTable((await connection.tableNames())[0]!);
  await table.add(pictureTable(spoilt.pictures, spoilt.features, 4));
  const opened = (await PictureIndex.open(address, 'key'))!;
  await expect(opened.read()).rejects.toThrow(
    /expected rows as they were written, got 1 of 3 damaged, that of b among them. Run `instdisc index`/,
  );
  await expect(opened.find(['b'])).rejects.toThrow(RunError);
  expect((await opened.find(['a'])).pictures).toHaveLength(1);
  opened.close();
});
