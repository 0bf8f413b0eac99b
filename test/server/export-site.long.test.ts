/** What an export says of a run that is damaged, and of a place that it cannot look at. */
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { openRun } from '#src/run/open-run.js';
import { exportSite } from '#src/server/export-site.js';
import { PAGE } from '#src/server/page.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { type TinyRun, trainTiny } from './tiny-run.js';

const root = tempFolder();
const [run, site] = [join(root, 'damaged'), join(root, 'site')];
let tiny: TinyRun;

beforeAll(async () => {
  tiny = await trainTiny(root);
}, 60_000);

beforeEach(async () => {
  for (const path of [run, site]) await rm(path, { recursive: true, force: true });
  await cp(tiny.runPath, run, { recursive: true });
});

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(path, bytes);
}

/** The one folder with what is shown. */
async function dataOf(at: string): Promise<string> {
  const [name] = await readdir(join(at, 'data'));
  return join(at, 'data', name!);
}

async function exported(): Promise<{ readonly source: string; readonly told: readonly string[] }> {
  const told: string[] = [];
  const onDamage = ({ message }: Error): unknown => told.push(message);
  const { source } = await exportSite(run, site, { page: PAGE, threads: 1, onDamage });
  return { source, told };
}

it('is of one checkpoint, and says so if that is not the newest', async () => {
  expect(await exported()).toEqual({ source: 'features', told: [] });
  const [older, newest] = (await readdir(join(run, 'checkpoints'))).sort() as [string, string];
  await flip(join(run, 'checkpoints', newest, 'digests.json'));
  const { source, told } = await exported();
  expect(source).toBe('bank');
  expect(told).toEqual([
    expect.stringContaining(` An older checkpoint, ${join(run, 'checkpoints', older)}, is used instead;`),
  ]);
  const { run: described } = JSON.parse(await readFile(join(await dataOf(site), 'site.json'), 'utf8'));
  expect(described).toMatchObject({ source: 'bank', numPictures: 72 });
});

it('of an index has grey in place of what is gone, and says of what', async () => {
  const more = join(root, 'more');
  await drawPictures(more, 1, 8);
  const trained = await openRun(run, { threads: 1 });
  await indexPictures(trained, [more]);
  await trained.release();
  const gone = join(more, 'cat', '00008.jpg');
  await rm(gone);
  const { undrawn, source } = await exportSite(run, site, { page: PAGE, threads: 1 });
  expect(source).toBe('index');
  expect(undrawn).toEqual([{ path: gone, reason: expect.stringContaining('expected its file to be where it was') }]);
  const folder = join(await dataOf(site), 'thumbnails', '0');
  const grey = await Promise.all(
    (await readdir(folder)).map(async (name) => (await sharp(join(folder, name)).stats()).entropy === 0),
  );
  expect(grey.filter((isGrey) => isGrey)).toHaveLength(1);
});

it.each([
  ['with another number', (text: string) => text.replace(/"loss":\d/, '"loss":9'), 'others'],
  ['cut short', (text: string) => text.slice(0, text.indexOf('\n') + 1), 'those of 1 epoch'],
])('shows metrics %s, and says that they are not what was trained', async (_, change, got) => {
  const metrics = join(run, 'metrics.jsonl');
  await writeFile(metrics, change(await readFile(metrics, 'utf8')));
  const { told } = await exported();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    new RegExp(`^${metrics}: expected the records of 2 epochs .+, got ${got}\\. .+; what is there is shown\\.$`),
  );
});

it('makes thumbnails of the files where the cache is damaged, which is said once', async () => {
  const sizes = join(run, 'cache', 'checksums.bin');
  await flip(join(run, 'cache', 'pixels.bin'));
  expect((await exported()).told).toEqual([
    expect.stringMatching(/pixels\.bin: .+ Until then pictures are drawn from their files\.$/),
  ]);
  expect(await readdir(join(await dataOf(site), 'thumbnails', '0'))).toHaveLength(72);
  await rm(sizes);
  await expect(exported()).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining(sizes) });
});

it('says why it cannot look at the place it is asked to write to', async () => {
  await exported();
  await rm(join(site, 'data'), { recursive: true });
  await symlink('data', join(site, 'data'));
  const refused = expect.stringMatching(/^\S+data: expected a file or folder, got links that lead to each other/);
  await expect(exported()).rejects.toMatchObject({ exitCode: 3, message: refused });
});
