import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchSource } from '#src/collection/collection.js';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { embeddingsSource, openSearchSource } from '#src/collection/open-collection.js';
import { searchPictures } from '#src/collection/search.js';
import { ArgumentError, DataError } from '#src/core/errors.js';
import { embed } from '#src/run/embed.js';
import { openBackend } from '#src/runtime/device.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';
import { paint, type TinyRun, tinyRun } from './tiny-run.js';

let root: string;
let run: TinyRun;
let bank: Embeddings;
const sources: Record<string, SearchSource> = {};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-search-'));
  run = await tinyRun(join(root, 'run'));
  await paint(root, {
    'pictures/a/red.png': '#ff0000',
    'pictures/a/rose.png': '#ff0040',
    'pictures/b/green.png': '#00ff00',
    'pictures/lime.png': '#20ff00',
    'new/pink.png': '#ff0050',
  });
  bank = await embed(run, [join(root, 'pictures')]);
  sources['features in memory'] = embeddingsSource(bank);
  await indexPictures(run, [join(root, 'pictures')]);
  const backend = await openBackend('cpu', 1);
  sources['an index'] = await openSearchSource({ ...run, embeddings: { ...bank, ids: [], source: 'bank' }, backend });
});
afterAll(async () => {
  for (const source of Object.values(sources)) await source.release();
  await rm(root, { recursive: true, force: true });
});

const at = (name: string): string => join(root, name);

describe('search in features of another encoder', () => {
  const search = (encoderKey?: string) => {
    const { encoderKey: _, ...embedded } = bank;
    return searchPictures(run, { ...embedded, ...(encoderKey && { encoderKey }) }, [join(root, 'new/pink.png')], 1);
  };

  it('is refused, with what both are', async () => {
    const other = '0123456789abcdef'.repeat(4);
    await expect(search(other)).rejects.toThrow(DataError);
    await expect(search(other)).rejects.toThrow(
      `encoder ${run.encoderKey.slice(0, 8)}, got those of 01234567, which cannot be compared. Embed the pictures with this run`,
    );
  });

  it('is made where they do not say of which they are, or are of the run’s', async () => {
    expect(bank.encoderKey).toBe(run.encoderKey);
    const [result] = await search();
    expect(await search(run.encoderKey)).toEqual([result]);
  });
});

describe.each(['features in memory', 'an index'])('search in %s', (kind) => {
  const search = (name: string, k = 2) => searchPictures(run, sources[kind]!, [name], k);

  it('finds the nearest of a picture never seen, best first, with their labels', async () => {
    const [result] = await search(at('new/pink.png'), 9);
    expect(result!.query).toBe(at('new/pink.png'));
    expect(result!.matches.map(({ id, label }) => [id, label])).toEqual([
      [at('pictures/a/rose.png'), 'a'],
      [at('pictures/a/red.png'), 'a'],
      [at('pictures/lime.png'), undefined],
      [at('pictures/b/green.png'), 'b'],
    ]);
    // Cosine of (255, 0, 80) and (255, 0, 64), as the colours are written above.
    const cosine = (255 ** 2 + 80 * 64) / Math.hypot(255, 80) / Math.hypot(255, 64);
    expect(result!.matches[0]!.similarity).toBeCloseTo(cosine, 5);
  });

  it('knows the class of a picture searched, and of another by its folder if that is a class', async () => {
    await paint(root, { 'elsewhere/b/moss.png': '#10c000', 'elsewhere/c/sky.png': '#2060ff' });
    const labelOf = async (name: string) => (await search(name))[0]!.label;
    expect(await labelOf(at('pictures/a/red.png'))).toBe('a');
    expect(await labelOf(at('elsewhere/b/moss.png'))).toBe('b');
    expect(await labelOf(at('elsewhere/c/sky.png'))).toBeUndefined();
    const ofFolder = await searchPictures(run, sources[kind]!, [at('elsewhere')], 1);
    expect(ofFolder.map(({ label }) => label)).toEqual(['b', undefined]);
    expect(await labelOf('3')).toBeUndefined();
  });

  it('says of a name whose bytes have not arrived what to do', async () => {
    await expect(search(at('new/M\ufffdwe.png'))).rejects.toThrow(
      'got neither. Its name is not UTF-8 and does not arrive here whole: give the folder above it.',
    );
  });

  it('takes a row, counted in the order of the ids, and an id', async () => {
    for (const name of ['2', at('pictures/b/green.png')]) {
      const [result] = await search(name);
      expect(result).toMatchObject({
        query: at('pictures/b/green.png'),
        matches: [
          { id: at('pictures/b/green.png'), isQuery: true },
          { id: at('pictures/lime.png'), isQuery: false },
        ],
      });
      expect(result!.matches[0]!.similarity).toBeCloseTo(1, 6);
    }
  });

  it('says so if there is neither such a picture nor such a row', async () => {
    await expect(search('4')).rejects.toThrow(DataError);
    await expect(search('none.png')).rejects.toThrow(
      /none.png: expected .* one of the 4 pictures searched; got neither/,
    );
  });
});

it('knows a picture whose file is gone by its id', async () => {
  const gone = embeddingsSource({ ...bank, ids: bank.ids.map((id) => `${id}.old`) });
  const [result] = await searchPictures(run, gone, [`${at('pictures/b/green.png')}.old`], 1);
  expect(result!.matches[0]).toMatchObject({ isQuery: true });
});

it('shows a path that is there twice once', async () => {
  const twice = embeddingsSource({
    ids: [...bank.ids, ...bank.ids],
    features: Float32Array.of(...bank.features, ...bank.features),
    dim: bank.dim,
  });
  const [found] = await searchPictures(run, twice, ['0'], 3);
  const [expected] = await searchPictures(run, embeddingsSource(bank), ['0'], 3);
  expect(found!.matches.map(({ id }) => id)).toEqual(expected!.matches.map(({ id }) => id));
  expect(twice.numPictures).toBe(bank.ids.length);
});

it.each([
  [0, 0],
  [2, 0],
])('refuses features of which one is not of length one, naming it: %s, %s', (...odd) => {
  const rows = { ids: ['a', 'b'], features: Float32Array.of(1, 0, ...odd), dim: 2 };
  expect(() => embeddingsSource(rows, 'archive.npy')).toThrow(
    'archive.npy: expected features of length one, as the encoder gives them, got another in row 1, of b.',
  );
});

it('refuses features of another dimension, and to find none', async () => {
  const other = { ids: ['a'], features: Float32Array.of(1, 0), dim: 2 };
  await expect(searchPictures(run, other, ['0'], 0)).rejects.toThrow('k: expected a positive integer, got 0.');
  await expect(searchPictures(run, other, ['0'], 1)).rejects.toThrow(ArgumentError);
});
