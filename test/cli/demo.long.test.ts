import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { runDemo } from '#src/cli/demo/run-demo.js';
import { Output } from '#src/cli/output.js';
import { tempFolder } from './cli.js';

const root = tempFolder();
const SMALL = {
  trainPerKind: 2,
  ignore: ['colour'] as const,
  testPerKind: 1,
  pictureSize: 32,
  settings: { width: 8, size: 16, batch: 16, epochs: 2 },
  k: 5,
  shown: 4,
};

it('shows what it has measured, and can run again in its folder', { timeout: 120_000 }, async () => {
  const out = join(root, 'demo');
  const output = new Output('nobody');
  const first = await runDemo(out, 1, output, SMALL);
  const { folder, results } = (await runDemo(out, 1, output, SMALL))!;
  expect(results.accuracies).toEqual(first!.results.accuracies);
  expect(results).toMatchObject({ pictures: 24, testPictures: 12, chance: 1 / 12, epochs: 2 });
  expect(results.curve).toHaveLength(2);
  // One query a kind, the first test picture, whatever was found.
  expect(results.queries.map(({ path }) => path)).toEqual(
    results.kinds.map((kind) => join(folder.test, kind, '00002.jpg')),
  );
  for (const { trained, rawPixels } of results.queries) expect([trained.length, rawPixels.length]).toEqual([4, 4]);
  expect(await readFile(folder.page, 'utf8')).toContain('</html>');
  expect((await sharp(folder.montage).metadata()).format).toBe('png');
});

it('replaces nothing but a demo', async () => {
  const out = join(root, 'mine');
  await mkdir(out);
  await writeFile(join(out, 'thesis.tex'), 'years of work');
  await expect(runDemo(out, 1, new Output('nobody'), SMALL)).rejects.toThrow(/expected a new folder/);
});
