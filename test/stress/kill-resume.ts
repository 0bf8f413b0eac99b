/** @file More than a hundred kills: minutes of work, so no part of the gate. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { killUpdates } from '../run/update/kill-updates.js';
import { killAndResume } from '../train/kill-and-resume.js';

const root = tempFolder();

it('ends the same to the byte after a hundred kills', async () => {
  await killAndResume(join(root, 'batch'), 100, 2);
});

it('is the run before or after an update that is killed, a hundred times', async () => {
  await killUpdates(join(root, 'updates'), 100, 3);
});

it('ends the same after kills with a loss that has weights, a bank in float16, and crops that grow', async () => {
  const options = ['--loss', 'parametric', '--set', 'bankDtype=float16', '--set', 'progression=[0.5,1]'];
  await killAndResume(join(root, 'parametric'), 10, 2, options);
});

it('ends the same after kills with noise that a file gives', async () => {
  const folder = join(root, 'noise');
  await mkdir(folder);
  const pictures = await drawPictures(join(folder, 'pictures'));
  const files = (await readdir(pictures, { recursive: true })).filter((name) => name.includes('.'));
  const rows = files.sort().map((name, i) => `${join(pictures, name)},${1 + (i % 7)}`);
  const weights = join(folder, 'weights.csv');
  await writeFile(weights, ['path,weight', ...rows].join('\n'));
  const options = ['--loss', 'nce', '--negatives', '9', '--set', `noiseWeights=${weights}`];
  await killAndResume(folder, 10, 3, options);
});
