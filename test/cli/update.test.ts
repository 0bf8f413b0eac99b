import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { embed } from '#src/run/embed.js';
import { openRun } from '#src/run/open-run.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import { ownTiny } from '../run/update/changed-run.js';
import { drawPictures, here, tempFolder } from './cli.js';

const root = tempFolder();
let runPath: string;
let pictures: string;
let archive: string;
let index: string;

beforeAll(async () => {
  ({ runPath, pictures } = await ownTiny(root));
  index = join(runPath, 'index');
  archive = await drawPictures(join(root, 'archive'), 1, 300);
}, 120_000);

/** An index must hold what encoding everything anew gives, by the run as it is. */
async function expectIndexOf(...paths: string[]): Promise<void> {
  const run = await openRun(runPath, { threads: 1 });
  const fresh = await embed(run, paths);
  await run.release();
  const opened = await PictureIndex.open(index, run.encoderKey);
  const { pictures: rows, features } = await opened!.read();
  opened!.close();
  expect(rows.map(({ id, label }) => ({ id, label }))).toEqual(
    fresh.ids.map((id, i) => ({ id, label: fresh.labels![i] })),
  );
  expect(features).toHaveLength(fresh.features.length);
  // Other pictures are encoded together with others, which rounds sums otherwise.
  for (const [i, value] of features.entries()) expect(Math.abs(value - fresh.features[i]!)).toBeLessThan(1e-5);
}

it('has the index follow an update of rows alone: new pictures, folders that are new to the run, renamed and gone ones', async () => {
  expect(await here(['index', runPath, pictures])).toMatchObject({ code: 0 });
  expect(await here(['index', runPath, archive])).toMatchObject({ code: 0 });
  await expectIndexOf(pictures, archive);
  const more = await drawPictures(join(root, 'more'), 1, 100);
  await rename(join(pictures, 'cat'), join(pictures, 'felis'));
  await rm(join(pictures, 'fish', '00001.jpg'));
  const updated = await here(['update', runPath, more]);
  expect(updated).toMatchObject({ code: 0, stdout: expect.stringContaining('Rows alone: the encoder is as it was.') });
  expect(updated.stdout).toMatch(/95 pictures in .*index: 12 added, 6 moved, 1 removed/);
  await expectIndexOf(pictures, more, archive);
}, 180_000);

it('has it encoded anew by an update that trains, and again by the next where that was stopped', async () => {
  const later = join(pictures, 'later');
  await cp(await drawPictures(join(root, 'later'), 1, 200), later, { recursive: true });
  const trained = await here(['train', '--out', runPath, '--update', '--epochs', '0.2', '--json']);
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  const reports = trained.stdout.split('\n').filter((line) => line.includes('"kind":"indexed"'));
  expect(reports.map((line) => JSON.parse(line))).toMatchObject([
    { added: 95, encoded: 95, leftBehind: 0 },
    { added: 12, encoded: 12, leftBehind: 0 },
  ]);
  await expectIndexOf(pictures, join(root, 'more'), archive);
  const search = ['search', runPath, join(later, 'cat', '00200.jpg'), '--json'];
  expect(JSON.parse((await here(search)).stdout)).toMatchObject({ source: 'index' });

  await drawPictures(join(archive, 'again'), 1, 400);
  const same = await here(['update', runPath]);
  expect(same.stdout).toContain('Nothing has changed: 95 pictures, as before.');
  expect(same.stdout).toMatch(/119 pictures in .*index: 12 added/);
  await expectIndexOf(pictures, join(root, 'more'), archive);
}, 180_000);

it('tells the command where the index cannot follow, and the update is done all the same', async () => {
  const list = await readFile(join(index, 'paths.json'), 'utf8');
  await rename(archive, join(root, 'away'));
  await rm(join(pictures, 'fish', '00002.jpg'));
  const away = await here(['update', runPath]);
  expect(away).toMatchObject({ code: 0, stdout: expect.stringContaining('Rows alone') });
  expect(away.stderr).toMatch(/index of the run could not follow: .*archive.* Then: .* index .*run/s);
  await rename(join(root, 'away'), archive);
  expect(await here(['index', runPath])).toMatchObject({ code: 0 });
  await expectIndexOf(pictures, join(root, 'more'), archive);

  // As of version 0.1, which did not write down what an index is made from.
  await rm(join(index, 'paths.json'));
  expect((await here(['update', runPath])).stderr).toMatch(
    /is as it was. To bring it to the run, too: .* index .*run …/,
  );
  expect(await here(['index', runPath])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('Give the paths once'),
  });
  await writeFile(join(index, 'paths.json'), list.slice(1));
  expect(await here(['index', runPath])).toMatchObject({ code: 4, stderr: expect.stringContaining('Delete it') });
  expect(await here(['index', runPath, '--exclude', 'x'])).toMatchObject({ code: 2 });
}, 180_000);

it('goes on to follow pictures that have gone elsewhere, once the run has been told', async () => {
  await rm(join(index, 'paths.json'), { force: true });
  expect(await here(['index', runPath, pictures, join(root, 'more')])).toMatchObject({ code: 0 });
  const moved = join(root, 'moved');
  await rename(pictures, moved);
  expect(await here(['relocate', runPath, '--from', pictures, '--to', moved])).toMatchObject({ code: 0 });
  await rm(join(moved, 'fish', '00003.jpg'));
  const updated = await here(['update', runPath]);
  expect(updated).toMatchObject({ code: 0, stderr: '' });
  const run = await openRun(runPath, { threads: 1 });
  await run.release();
  const opened = await PictureIndex.open(index, run.encoderKey);
  const there = new Set((await opened!.pictures()).map(({ id }) => id));
  opened!.close();
  expect(run.embeddings.ids.filter((id) => !there.has(id))).toEqual([]);
  expect(run.embeddings.ids.filter((id) => id.startsWith(moved))).toHaveLength(81);
}, 120_000);
