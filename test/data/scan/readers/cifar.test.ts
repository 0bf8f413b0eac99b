/** @file CIFAR binaries, written here by the letter of their description. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '#src/data/decode/decode.js';
import { scan } from '#src/data/scan/scan.js';
import { noise, useTempDir } from '../../pictures.js';

const dir = useTempDir();
const pictures = [noise(32, 32, 1), noise(32, 32, 2)];

/** Records with the given label bytes before the red, green and blue planes. */
function records(labels: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(
    labels.map((label, i) => {
      const { pixels } = pictures[i]!;
      const planes = [0, 1, 2].map((channel) => pixels.filter((_, at) => at % 3 === channel));
      return Buffer.concat([Buffer.from(label), ...planes]);
    }),
  );
}

describe('CIFAR files', () => {
  it('are scanned into one picture a record, with class names and the very pixels', async () => {
    await writeFile(join(dir(), 'data_batch_1.bin'), records([[1], [0]]));
    await writeFile(join(dir(), 'batches.meta.txt'), 'airplane\nautomobile\n\n');
    const { pictures: found, formats } = await scan([dir()]);
    expect(formats).toEqual({ CIFAR: 2 });
    const path = join(dir(), 'data_batch_1.bin');
    expect(found.map(({ id, label }) => [id, label])).toEqual([
      [`${path}#0`, 'automobile'],
      [`${path}#1`, 'airplane'],
    ]);
    for (const [i, picture] of found.entries()) expect(await decodePicture(picture, 48)).toMatchObject(pictures[i]!);
  });

  it('of CIFAR-100 are labelled by the fine class, by number where there are no names', async () => {
    await writeFile(
      join(dir(), 'train.bin'),
      records([
        [3, 99],
        [4, 7],
      ]),
    );
    const { pictures: found } = await scan([join(dir(), 'train.bin')]);
    expect(found.map(({ label }) => label)).toEqual(['99', '7']);
    expect(await decodePicture(found[1]!, 32)).toMatchObject(pictures[1]!);
  });

  it('are reduced like any other picture', async () => {
    await writeFile(join(dir(), 'test_batch.bin'), records([[0]]));
    const { pictures: found } = await scan([dir()]);
    expect(await decodePicture(found[0]!, 8)).toMatchObject({ width: 8, height: 8 });
  });

  it('that were cut after the scan are refused', async () => {
    const path = join(dir(), 'test_batch.bin');
    await writeFile(path, records([[0], [0]]));
    const { pictures: found } = await scan([dir()]);
    await writeFile(path, records([[0], [0]]).subarray(0, 4000));
    await expect(decodePicture(found[1]!, 32)).rejects.toThrow('damaged: expected 3072 bytes for a record, got 926');
  });
});
