/** @file A run folder and an encoder for tests: a picture's feature is its mean colour, and what is encoded is counted. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { IndexingRun } from '#src/collection/index/index-pictures.js';
import { normalizeRows } from '#src/core/vector.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';

const SIZE = 4;

export interface TinyRun extends IndexingRun {
  /** Pictures encoded so far. */
  encoded: number;
}

/** @param path of a new run folder */
export async function tinyRun(path: string): Promise<TinyRun> {
  await (await RunFolder.create(path, {})).close();
  const run: TinyRun = {
    path,
    encoderKey: 'first',
    dim: 3,
    transform: { size: SIZE, resize: SIZE, mean: [0, 0, 0], std: [1, 1, 1] },
    encoded: 0,
    encode: async (images, count) => {
      run.encoded += count;
      const features = Float32Array.from({ length: count * 3 }, (_, channel) => {
        const plane = images.subarray(channel * SIZE ** 2, (channel + 1) * SIZE ** 2);
        return plane.reduce((sum, value) => sum + value, 0);
      });
      normalizeRows(features, 3);
      return features;
    },
  };
  return run;
}

/** Colours of pictures, by path below a folder. */
export type Colours = Readonly<Record<string, string>>;

export async function paint(folder: string, colours: Colours): Promise<void> {
  for (const [name, background] of Object.entries(colours)) {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toFile(path);
  }
}
