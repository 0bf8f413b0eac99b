import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { Schema } from 'apache-arrow';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { changeIndex } from '#src/store/index/index-change.js';
import type { RepairedIndex } from '#src/store/index/index-repair.js';
import type { IndexedFeatures } from '#src/store/index/indexed-picture.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import { earlierTableName, pictureSchema, pictureTable, tableName } from '#src/store/index/picture-table.js';
import { pictures } from '../indexed-pictures.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();
const DIM = 64;
const NONE = { doubled: 0, damaged: 0, rebuilt: false };
const given = pictures(
  Array.from({ length: 200 }, (_, i) => String(i).padStart(3, '0')),
  DIM,
);
let address: string;
let numIndices = 0;

beforeEach(() => {
  address = join(root, `index-${numIndices++}`);
});

const change = <T>(work: (repaired: RepairedIndex) => Promise<T>): Promise<T> =>
  changeIndex({ address, encoderKey: 'key', dim: DIM }, {}, work);
const putAll = (): Promise<void> => change(({ index }) => index.put(given));

async function read(): Promise<IndexedFeatures> {
  const index = await PictureIndex.open(address, 'key');
  try {
    return await index!.read();
  } finally {
    index?.close();
  }
}

/** The only file of a folder of the table, or its first. */
function fileIn(folder: string): string {
  const path = join(address, `${tableName('key')}.lance`, folder);
  return join(path, readdirSync(path).sort()[0]!);
}

/** Changes the bytes of a file. */
function spoil(path: string, how: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  how(bytes);
  writeFileSync(path, bytes);
}

/** Where the feature of a row is in the file. */
function placeOf(row: number): number {
  const feature = Buffer.from(given.features.buffer, 4 * row * DIM, 4 * DIM);
  return readFileSync(fileIn('data')).indexOf(feature);
}

/** Zeroes the features of twenty rows that are one after another in the file. */
function zeroTwenty(): number[] {
  const byPlace = given.pictures.map((_, row) => row).sort((a, b) => placeOf(a) - placeOf(b));
  const first = placeOf(byPlace[90]!);
  spoil(fileIn('data'), (bytes) => bytes.fill(0, first, first + 20 * 4 * DIM));
  return byPlace.slice(90, 110);
}

function flipBit(): void {
  const place = placeOf(90);
  spoil(fileIn('data'), (bytes) => bytes.writeUInt8(bytes[place]! ^ 1, place));
}

function halve(path: string): void {
  writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size / 2));
}

describe('an index that is damaged', () => {
  it.each([
    ['zeroed in the middle', zeroTwenty],
    ['with a bit flipped', flipBit],
    ['cut short', () => halve(fileIn('data'))],
    ['in its newest version', () => spoil(fileIn('_versions'), (bytes) => bytes.fill(0))],
    ['without its newest version', () => rmSync(fileIn('_versions'))],
    ['in its list of files', () => writeFileSync(join(address, 'files.json'), '')],
  ])('is refused, %s, with the file and what to do', async (_, damage) => {
    await putAll();
    damage();
    await expect(read()).rejects.toThrow(RunError);
    await expect(read()).rejects.toThrow(
      /index-\d+\/.*: expected what was written, got a damaged file. Run `instdisc index`/,
    );
  });

  it('loses the rows that are damaged, and no others, when it is changed next', async () => {
    await putAll();
    const zeroed = zeroTwenty();
    const { pictures: left, repairs } = await change(async (repaired) => repaired);
    expect(repairs).toEqual({ ...NONE, damaged: 20 });
    expect(left.map(({ id }) => id).sort()).toEqual(
      given.pictures.map(({ id }) => id).filter((_, row) => !zeroed.includes(row)),
    );
    expect((await read()).pictures).toHaveLength(180);
    await putAll();
    expect((await read()).features).toEqual(given.features);
  });

  it('begins anew when nothing of it can be read, and says so', async () => {
    await putAll();
    writeFileSync(fileIn('data'), 'no table');
    expect(await change(async ({ repairs, pictures: left }) => ({ ...repairs, left }))).toEqual({
      ...NONE,
      rebuilt: true,
      left: [],
    });
    await putAll();
    expect((await read()).features).toEqual(given.features);
  });

  it('is found by its rows where no list of files tells it', async () => {
    await putAll();
    rmSync(join(address, 'files.json'));
    flipBit();
    await expect(read()).rejects.toThrow(/got 1 of 200 damaged, that of 090 among them/);
    const index = await PictureIndex.open(address, 'key');
    const feature = given.features.slice(90 * DIM, 91 * DIM);
    await expect(index!.nearest(feature, 3)).rejects.toThrow(/damaged/);
    index!.close();
    expect(await change(async ({ repairs }) => repairs)).toEqual({ ...NONE, damaged: 1 });
  });
});

describe('an index of version 0.1', () => {
  /** As two processes at once made it: every picture twice. */
  async function makeDoubled(features: Float32Array): Promise<void> {
    const connection = await connect(address);
    const withoutDigest = new Schema(pictureSchema(DIM).fields.filter(({ name }) => name !== 'digest'));
    const table = await connection.createEmptyTable(earlierTableName('key'), withoutDigest);
    const columns = withoutDigest.fields.map(({ name }) => name);
    for (let i = 0; i < 2; i++) await table.add(pictureTable(given.pictures, features, DIM).select(columns));
    table.close();
    connection.close();
  }

  it('shows every picture once, and holds it once when it has been changed', async () => {
    await makeDoubled(given.features);
    expect(await read()).toEqual(given);
    const index = await PictureIndex.open(address, 'key');
    const found = await index!.nearest(given.features.slice(0, DIM), 4);
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
    index!.close();
    expect(await change(async ({ repairs }) => repairs)).toEqual({ ...NONE, doubled: 200 });
    expect(readdirSync(address).filter((name) => name.endsWith('.lance'))).toEqual([`${tableName('key')}.lance`]);
    expect(await read()).toEqual(given);
    expect(await change(async ({ repairs }) => repairs)).toEqual(NONE);
  });

  it.each([
    ['zeros', 0],
    ['no unit vectors', 1],
  ])('is refused where features are %s', async (_, value) => {
    await makeDoubled(given.features.slice().fill(value, 5 * DIM, 6 * DIM));
    await expect(read()).rejects.toThrow(/got 2 of 400 damaged, that of 005 among them/);
    expect(await change(async ({ repairs }) => repairs)).toEqual({ ...NONE, doubled: 199, damaged: 2 });
  });
});

it('is changed by one at a time: the next sees what the one before has done', async () => {
  const order: string[] = [];
  const task =
    (name: string) =>
    async ({ index, pictures: there }: RepairedIndex) => {
      order.push(`${name} finds ${there.length}`);
      await index.put(given);
      order.push(`${name} is done`);
    };
  await Promise.all([change(task('one')), change(task('one'))]);
  expect(order).toEqual(['one finds 0', 'one is done', 'one finds 200', 'one is done']);
});
