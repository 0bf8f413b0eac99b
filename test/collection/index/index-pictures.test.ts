import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IndexOptions, type IndexReport, indexPictures } from '#src/collection/index/index-pictures.js';
import { DataError } from '#src/core/errors.js';
import { embed } from '#src/run/embed.js';
import type { IndexedFeatures } from '#src/store/index/indexed-picture.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import { paint, type TinyRun, tinyRun } from '../tiny-run.js';

let root: string;
let pictures: string;
let run: TinyRun;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-indexing-'));
  pictures = join(root, 'pictures');
  run = await tinyRun(join(root, 'run'));
  await paint(pictures, { 'a/red.png': '#ff0000', 'a/rose.png': '#ff0020', 'b/green.png': '#00ff00' });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const index = (options: IndexOptions = {}, ...paths: string[]): Promise<IndexReport> =>
  indexPictures(run, paths.length > 0 ? paths : [pictures], options);

const at = (name: string): string => join(pictures, name);

/** Leaves the header whole, and cuts the pixels short. */
const damage = async (name: string): Promise<void> => truncate(at(name), (await stat(at(name))).size - 24);

async function content(address = join(root, 'run', 'index')): Promise<IndexedFeatures> {
  const opened = await PictureIndex.open(address, run.encoderKey);
  const read = await opened?.read();
  opened?.close();
  return read ?? { pictures: [], features: new Float32Array() };
}

/** Whatever the way to it, an index must hold what encoding everything anew gives. */
async function expectExact(...paths: string[]): Promise<void> {
  const fresh = await embed(run, paths.length > 0 ? paths : [pictures]);
  const { pictures: rows, features } = await content();
  expect(rows.map(({ id }) => id)).toEqual(fresh.ids);
  expect(rows.map(({ label }) => label)).toEqual(fresh.labels);
  expect(features).toEqual(fresh.features);
}

describe('indexing', () => {
  it('encodes every picture at first, and none when nothing has changed', async () => {
    expect(await index()).toEqual({
      uri: join(root, 'run', 'index'),
      numPictures: 3,
      ...{ added: 3, changed: 0, moved: 0, removed: 0, relabelled: 0, unchanged: 0, encoded: 3, leftBehind: 0 },
      repairs: { doubled: 0, damaged: 0, rebuilt: false },
      skipped: [],
      aliases: [],
      excluded: [],
      readings: [{ reading: 'uniform', count: 3, example: expect.stringMatching(/red\.png$/) }],
    });
    await expectExact();
    expect(await index()).toMatchObject({ added: 0, unchanged: 3, encoded: 0 });
    await expectExact();
  });

  it('done twice at once puts every picture in once: one waits, and encodes nothing', async () => {
    const waited: string[] = [];
    const onWait = (holder: string) => waited.push(holder);
    const reports = await Promise.all([index({ onWait }), index({ onWait })]);
    expect(reports.map(({ encoded, numPictures }) => [encoded, numPictures]).sort()).toEqual([
      [0, 3],
      [3, 3],
    ]);
    expect(waited).toEqual([`process ${process.pid}`]);
    await expectExact();
  });

  it('done at once for different pictures keeps them all', async () => {
    await paint(root, { 'more/blue.png': '#0000ff' });
    await Promise.all([index(), index({}, join(root, 'more'))]);
    expect((await content()).pictures).toHaveLength(4);
  });

  it('encodes what is new or other than before, and removes what is gone', async () => {
    await index();
    await rm(at('a/red.png'));
    await paint(pictures, { 'a/rose.png': '#0000ff', 'c/grey.png': '#808080' });
    expect(await index()).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 1, encoded: 2, moved: 0 });
    await expectExact();
  });

  it('encodes nothing where only the time or the place of a file is another', async () => {
    await index();
    await utimes(at('a/red.png'), 1, 1);
    await rename(at('a/rose.png'), at('b/rose.png'));
    await copyFile(at('b/green.png'), at('a/copy.png'));
    expect(await index()).toMatchObject({
      ...{ numPictures: 4, unchanged: 2, moved: 1, added: 1, removed: 0, encoded: 0 },
    });
    await expectExact();
    expect(await index()).toMatchObject({ unchanged: 4 });
  });

  it('is not misled by two files that have changed places', async () => {
    await index();
    await rename(at('a/red.png'), at('a/away.png'));
    await rename(at('b/green.png'), at('a/red.png'));
    await rename(at('a/away.png'), at('b/green.png'));
    for (const [i, name] of ['a/red.png', 'b/green.png'].entries()) await utimes(at(name), i + 1, i + 1);
    expect(await index()).toMatchObject({ changed: 2, unchanged: 1 });
    await expectExact();
  });

  it('takes new labels without encoding', async () => {
    await index();
    const labels = new Map([[at('a/red.png'), 'warm']]);
    expect(await index({ labels })).toMatchObject({ relabelled: 3, unchanged: 0, encoded: 0 });
    expect((await content()).pictures.map(({ label }) => label)).toEqual(['warm', null, null]);
  });

  it('keeps pictures outside the paths, however alike the names', async () => {
    await paint(root, { 'pictures-2/blue.png': '#0000ff', 'z.png': '#ffff00' });
    await index({}, pictures, join(root, 'pictures-2'), join(root, 'z.png'));
    await rm(join(root, 'pictures-2', 'blue.png'));
    await rm(at('a/red.png'));
    expect(await index()).toMatchObject({ numPictures: 4, removed: 1 });
    expect((await content()).pictures).toHaveLength(4);
  });

  it('removes and names a picture that can no longer be read', async () => {
    await index();
    await damage('a/red.png');
    const report = await index();
    expect(report).toMatchObject({
      removed: 1,
      unchanged: 2,
      skipped: [{ path: at('a/red.png'), reason: expect.stringContaining('damaged') }],
    });
    expect((await content()).pictures).toHaveLength(2);
  });

  it('removes nothing when no picture is found, as on a disk that is not there', async () => {
    await index();
    await rename(pictures, join(root, 'away'));
    await expect(index()).rejects.toThrow(DataError);
    expect((await content()).pictures).toHaveLength(3);
  });

  it('needs a picture that can be decoded', async () => {
    for (const name of ['a/red.png', 'a/rose.png', 'b/green.png']) await damage(name);
    await expect(index()).rejects.toThrow(/expected a picture that can be decoded, got .*a\/red.png: damaged/);
    expect(await content()).toMatchObject({ pictures: [] });
  });

  it('keeps what was encoded when it is stopped, and goes on from there', async () => {
    await paint(
      pictures,
      Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`many/${i}.png`, `rgb(${i}, 9, 99)`])),
    );
    const stop = new AbortController();
    const onProgress = (done: number, of?: number): void => {
      if (of !== undefined && done >= 100) stop.abort(new Error('enough'));
    };
    await expect(index({ signal: stop.signal, onProgress })).rejects.toThrow('enough');
    const { length } = (await content()).pictures;
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBe(run.encoded);
    expect(await index()).toMatchObject({ numPictures: 133, encoded: 133 - length });
    await expectExact();
  });

  it('encodes everything anew for another encoder, and lets go of the old features only then', async () => {
    await paint(root, { 'elsewhere/blue.png': '#0000ff' });
    await index({}, pictures, join(root, 'elsewhere'));
    run = { ...run, encoderKey: 'second' };
    expect(await index()).toMatchObject({ added: 3, encoded: 3, leftBehind: 1 });
    await expect(PictureIndex.open(join(root, 'run', 'index'), 'first')).resolves.toBeDefined();
    expect(await index({}, join(root, 'elsewhere'))).toMatchObject({ numPictures: 4, encoded: 1, leftBehind: 0 });
    await expect(PictureIndex.open(join(root, 'run', 'index'), 'first')).rejects.toThrow('trained further');
  });

  it('can be somewhere else, and is found there again', async () => {
    const uri = join(root, 'far', 'index');
    expect(await index({ uri })).toMatchObject({ uri, encoded: 3 });
    expect(existsSync(join(root, 'run', 'index'))).toBe(false);
    expect(await index()).toMatchObject({ uri, encoded: 0, unchanged: 3 });
    expect((await content(uri)).pictures).toHaveLength(3);
  });

  it('tells how far it is', async () => {
    const calls: (number | undefined)[][] = [];
    await writeFile(at('broken.png'), 'no picture');
    await index({ onProgress: (...progress) => calls.push(progress), onPrepare: () => calls.push([]) });
    expect(calls.filter(({ length }) => length === 1).at(-1)).toEqual([4]);
    expect(calls.slice(-2)).toEqual([[3, 3], []]);
  });
});
