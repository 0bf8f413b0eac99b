/** @file IDX files, written here by the letter of their description. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '#src/data/decode/decode.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, gradient, useTempDir } from '../../pictures.js';

const dir = useTempDir();

function bigEndian(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** Two pictures, 3 wide and 2 high, with the levels 0 … 11. */
const images = Buffer.concat([bigEndian(0x803, 2, 2, 3), Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])]);
const labels = Buffer.concat([bigEndian(0x801, 2), Buffer.from([7, 9])]);

describe('IDX files', () => {
  it.each([
    ['plain', 'train-images-idx3-ubyte', images, 'train-labels-idx1-ubyte', labels],
    ['packed', 't10k-images-idx3-ubyte.gz', gzipSync(images), 't10k-labels-idx1-ubyte.gz', gzipSync(labels)],
    ['with a dot in the name', 'train-images.idx3-ubyte', images, 'train-labels.idx1-ubyte', labels],
  ])('%s give grey pictures with the labels beside them', async (_, name, imageBytes, labelName, labelBytes) => {
    await writeFile(join(dir(), name), imageBytes);
    await writeFile(join(dir(), labelName), labelBytes);
    const { pictures, formats } = await scan([dir()]);
    expect(formats).toEqual({ IDX: 2 });
    expect(pictures.map(({ id, label }) => [id, label])).toEqual([
      [`${join(dir(), name)}#0`, '7'],
      [`${join(dir(), name)}#1`, '9'],
    ]);
    const rgb = await decodePicture(pictures[1]!, 28);
    expect([rgb.width, rgb.height]).toEqual([3, 2]);
    expect([...rgb.pixels]).toEqual([6, 7, 8, 9, 10, 11].flatMap((level) => [level, level, level]));
  });

  it('without a labels file have no labels', async () => {
    await writeFile(join(dir(), 'a-images-idx3-ubyte'), images);
    expect((await scan([dir()])).pictures.map(({ label }) => label)).toEqual([undefined, undefined]);
  });

  it.each([
    ['has another magic number', bigEndian(0x802, 2, 2, 3), labels, /expected the magic number 0x803/],
    ['is cut short', images.subarray(0, 20), labels, /expected 28 bytes for 2 pictures, got 20/],
    ['has other labels beside it', images, labels.subarray(0, 9), /expected 2 labels, got 1/],
    ['has no labels in its labels file', images, bigEndian(0x803, 2), /expected the magic number 0x801/],
    ['is no gzip', undefined, labels, /expected a gzip file, got: incorrect header check/],
  ])('that %s is skipped with the reason', async (_, imageBytes, labelBytes, reason) => {
    const name = imageBytes === undefined ? 'x-images-idx3-ubyte.gz' : 'x-images-idx3-ubyte';
    await writeFile(join(dir(), name), imageBytes ?? 'no gzip');
    await writeFile(join(dir(), 'x-labels-idx1-ubyte'), labelBytes);
    await writeFile(join(dir(), 'good.jpg'), await encoder(gradient(8, 8)).jpeg().toBuffer());
    const { pictures, skipped } = await scan([dir()]);
    expect(pictures).toHaveLength(1);
    expect(skipped).toEqual([{ path: join(dir(), name), reason: expect.stringMatching(reason) }]);
  });
});
