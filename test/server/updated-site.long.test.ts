/** What is exported of a run after an update, over what was exported before it. */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { openCollection } from '#src/collection/open-collection.js';
import { toFloat16 } from '#src/core/half.js';
import { openRun } from '#src/run/open-run.js';
import { updateRows } from '#src/run/update/update-pictures.js';
import { exportSite } from '#src/server/export-site.js';
import { PAGE } from '#src/server/page.js';
import { Thumbnails } from '#src/server/thumbnails.js';
import { readMap } from '../../web/src/source/arrow.ts';
import { drawPictures, start, tempFolder } from '../cli/cli.js';
import { ownTiny } from '../run/update/changed-run.js';
import type { TinyRun } from './tiny-run.js';

const root = tempFolder();
const out = join(root, 'sites');
const site = join(out, 'site');
let tiny: TinyRun;
let before: ReadonlyMap<string, string>;
let fresh: ReadonlyMap<string, string>;

const exportTo = (to: string) => exportSite(tiny.runPath, to, { page: PAGE, threads: 1 });

/** All files below a folder, in hexadecimal. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(folder.length), await readFile(path, 'hex')] as const)),
  );
}

beforeAll(async () => {
  tiny = await ownTiny(root);
  await exportTo(site);
  before = await filesOf(site);
  await rename(join(tiny.pictures, 'cat'), join(tiny.pictures, 'felis'));
  for (const name of ['00000.jpg', '00001.jpg']) await rm(join(tiny.pictures, 'fish', name));
  await cp(await drawPictures(join(root, 'more'), 1, 100), join(tiny.pictures, 'more'), { recursive: true });
  await updateRows(tiny.runPath);
  await exportTo(join(root, 'fresh'));
  fresh = await filesOf(join(root, 'fresh'));
}, 240_000);

it('stays what it was where the export is killed half-way', async () => {
  const { child, ended } = start(['explore', tiny.runPath, '--export', site, '--threads', '1']);
  const partial = join(out, '.tmp-site', 'data', 'unnamed', 'thumbnails', '0', '3.webp');
  while (!existsSync(partial) && child.exitCode === null) await sleep(1);
  child.kill('SIGKILL');
  expect((await ended).code).toBe(null);
  expect(await filesOf(site)).toEqual(before);
}, 120_000);

it('is wholly of the run as it is, as if there had been none before, and nothing else stays beside it', async () => {
  await exportTo(site);
  expect(await filesOf(site)).toEqual(fresh);
  expect(await readdir(out)).toEqual(['site']);
  expect(await readdir(join(site, 'data'))).toHaveLength(1);
}, 120_000);

it('has the rows, features and thumbnails that the run has, at other addresses than before', async () => {
  const [name] = await readdir(join(site, 'data'));
  const data = join(site, 'data', name!);
  expect(await readFile(join(site, 'index.html'), 'utf8')).toContain(`data-at="data/${name}"`);
  expect(Array.from(before.keys()).filter((path) => path.includes(name!))).toEqual([]);

  const run = await openRun(tiny.runPath, { threads: 1 });
  await run.release();
  const { pictures, features } = await openCollection(run);
  expect(pictures).toHaveLength(82);
  const map = readMap(new Uint8Array(await readFile(join(data, 'map.arrow'))).buffer);
  expect(map.names).toEqual(pictures.map(({ name }) => name));
  expect(await readFile(join(data, 'features.f16'), 'hex')).toBe(
    Buffer.from(toFloat16(features).buffer).toString('hex'),
  );
  expect(await readdir(join(data, 'thumbnails', '0'))).toHaveLength(82);
  const thumbnails = new Thumbnails(tiny.runPath);
  for (const row of [0, 9, 69, 70, 81]) {
    const { id, hash } = pictures[row]!;
    const of = { key: hash!, seenKey: hash!, path: id, cachePath: run.cachePath, place: row };
    expect(await thumbnails.render(of, 256)).toEqual(await readFile(join(data, 'thumbnails', '0', `${row}.webp`)));
  }
  thumbnails.close();
}, 120_000);
