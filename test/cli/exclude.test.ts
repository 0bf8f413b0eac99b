import { cp, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { drawPictures, type Ended, here, jsonLines, TINY, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const run = join(root, 'run');
const EXCLUDED = ['--exclude', 'cat/', '--exclude', join(pictures, 'fish'), '--exclude', 'nothing*'];
let training: Ended;

beforeAll(async () => {
  await drawPictures(pictures, 2);
  await cp(join(pictures, 'tree'), join(pictures, '@eaDir', 'tree'), { recursive: true });
  training = await here(['train', pictures, '--out', run, ...EXCLUDED, ...TINY, '--epochs', '1']);
});

/** Names of the class folders of what a command has embedded. */
async function embedded(...words: string[]): Promise<string[]> {
  const out = join(root, 'features.csv');
  const ended = await here(['embed', run, pictures, '--out', out, ...words]);
  expect(ended).toMatchObject({ code: 0 });
  const lines = (await readFile(out, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('.png') || line.includes('.jpg'));
  return [...new Set(lines.map((line) => line.slice(pictures.length + 1).split(sep)[0]!))].sort();
}

it('tells what was left out, and which word left out nothing', () => {
  expect(training).toMatchObject({ code: 0 });
  expect(training.stdout).toMatch(
    /Left out: 1 folder by @eaDir\/, 1 folder by cat\/, 1 folder by .*fish; e\.g\. .*@eaDir/,
  );
  expect(training.stdout).toContain("--exclude '!@eaDir/' takes it back");
  expect(training.stdout).toContain('--exclude nothing* has left out nothing');
});

it('is remembered by the run, which finds the same pictures again', async () => {
  const { scan } = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
  expect(scan).toMatchObject({ exclude: ['cat/', join(pictures, 'fish'), 'nothing*'], classes: 'telling' });
  expect(await here(['train', '--out', run, '--resume'])).toMatchObject({ code: 0 });
  expect(await here(['train', '--out', run, '--resume', ...EXCLUDED])).toMatchObject({ code: 0 });
  expect(await here(['train', '--out', run, '--resume', '--exclude', 'boat/'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('exclude: expected ["cat/",'),
  });
});

it('holds for what the run is asked about, too', async () => {
  const kept = await embedded();
  expect(kept).toHaveLength(10);
  expect(await embedded('--exclude', '!cat')).toEqual([...kept, 'cat'].sort());
  expect(await embedded('--exclude', 'boat', '--exclude', '!@eadir/')).toEqual(
    [...kept.filter((name) => name !== 'boat'), '@eaDir'].sort(),
  );
});

it('takes what is left out now from the index', async () => {
  await here(['index', run, pictures]);
  const ended = await here(['index', run, pictures, '--exclude', 'boat', '--json']);
  expect(jsonLines(ended).at(-1)).toMatchObject({ removed: 2, numPictures: 18 });
});

it('holds for both folders of an evaluation', async () => {
  const test = await drawPictures(join(root, 'test'), 1, 2);
  const ended = await here([
    ...['evaluate', run, '--reference', pictures, '--test', test, '--k', '1', '--json'],
    ...['--measure', 'knn,unlabelled', '--exclude', 'boat', '--exclude', 'fish'],
  ]);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(jsonLines(ended).at(-1)).toMatchObject({ numReference: 18, numTest: 9, unlabelled: { numPictures: 9 } });
});
