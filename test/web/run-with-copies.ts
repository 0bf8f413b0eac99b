/** @file An explorer on a run some of whose pictures are there twice: the same file, or the same picture saved again. */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { here, TINY } from '../cli/cli.js';
import { explore } from './setup.js';

export interface RunWithCopies {
  readonly url: string;
  close(): Promise<void>;
}

export async function runWithCopies(): Promise<RunWithCopies> {
  const root = await mkdtemp(join(tmpdir(), 'instdisc-copies-'));
  const [pictures, run] = [join(root, 'pictures'), join(root, 'run')];
  await drawDataset(pictures, { perKind: 2, first: 0, seed: 1, size: 32 });
  const copies = join(pictures, 'copies');
  await mkdir(copies);
  const source = (kind: string): string => join(pictures, kind, '00000.jpg');
  await copyFile(source('cat'), join(copies, 'cat.jpg'));
  await copyFile(source('cat'), join(copies, 'cat-again.jpg'));
  for (const kind of ['car', 'fish', 'tree']) {
    await sharp(source(kind))
      .jpeg({ quality: 97 })
      .toFile(join(copies, `${kind}.jpg`));
  }
  // Slowly, so that so short a training does not make all pictures alike.
  expect(await here(['train', pictures, '--out', run, ...TINY, '--lr', '0.001'])).toMatchObject({ code: 0 });
  // Memory banks of short trainings are mostly noise; an index has what the encoder says of each picture.
  expect(await here(['index', run, pictures])).toMatchObject({ code: 0 });
  const { child, url } = await explore(run);
  return {
    url,
    async close() {
      child.kill();
      await rm(root, { recursive: true, force: true });
    },
  };
}
