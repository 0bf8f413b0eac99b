import { copyFile, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DeviceError } from '#src/core/errors.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { RECIPES } from '#src/method/recipes.js';
import { NAMED } from '#src/run/architectures.js';
import { type RunConfig, resolveSettings } from '#src/run/config.js';
import type { TrainEvent } from '#src/run/events.js';
import { fitBatch } from '#src/train/fit-batch.js';
import { train } from '#src/train/train.js';
import type { TrainOptions } from '#src/train/training-options.js';
import { checkTrainable } from '#src/train/training-plan.js';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const SMALL = { width: 4, size: 16, epochs: 1 };

async function pictures(name: string, perKind: number): Promise<string> {
  const path = join(root, name);
  await drawDataset(path, { perKind, first: 0, seed: 1, size: 24 });
  return path;
}

/** @returns the events */
async function trained(options: Omit<TrainOptions, 'onEvent' | 'threads'>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  await train({ ...options, threads: 1, onEvent: (event) => events.push(event) });
  return events;
}

it('leaves nothing behind that stands in the way of the corrected command', async () => {
  const folder = await pictures('few', 1);
  const out = join(root, 'runs', 'few');
  await mkdir(join(root, 'seven'));
  for (const kind of (await readdir(folder)).slice(0, 7)) {
    await copyFile(join(folder, kind, '00000.jpg'), join(root, 'seven', `${kind}.jpg`));
  }
  const labels = join(root, 'labels.csv');
  await writeFile(labels, 'path,label\nnowhere.jpg,cat\n');
  const wrong: [Omit<TrainOptions, 'out'>, RegExp][] = [
    [{ paths: [`${folder}o`] }, /Check the path/],
    [{ paths: [folder], labels: `${labels}x` }, /expected a CSV file/],
    [{ paths: [folder], labels }, /expected the paths of pictures/],
    [{ paths: [folder], init: labels }, /expected a file ending in/],
    [{ paths: [folder], settings: { ...SMALL, batch: 13 } }, /at most the number of pictures, 12, got 13/],
    [
      { paths: [folder], settings: { ...SMALL, size: 60_000 } },
      /at most 4,294,967,295 numbers, got [\d,]+\. Take a smaller/,
    ],
    [{ paths: [join(root, 'seven')] }, /expected at least 8 to learn from, got 7/],
    [{ paths: [join(folder, 'cat')], settings: { ...SMALL, loss: 'supervised', batch: 2 } }, /got/],
    [
      { paths: [folder], settings: { ...SMALL, loss: 'nce' }, noiseWeights: labels },
      /expected the columns path and weight/,
    ],
    [{ paths: [folder], settings: { ...SMALL, loss: 'nce', batch: 12 } }, /more pictures than a batch to draw from/],
  ];
  const before = await readdir(root);
  for (const [options, message] of wrong) {
    await expect(trained({ ...options, out })).rejects.toThrow(message);
    expect(await readdir(root), String(message)).toEqual(before);
  }
  await trained({ paths: [folder], out, settings: SMALL });
  expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8')).settings).toMatchObject({ batch: 4 });
});

it('refuses what needs far more memory than the machine has, before anything is decoded', async () => {
  const config = { settings: resolveSettings('folder', SMALL), device: 'cpu' } as RunConfig;
  const instances = { numImages: 1000, numClasses: 0 };
  expect(() => checkTrainable(config, NAMED.build(config.settings), instances, 1e6)).toThrow(DeviceError);
  expect(() => checkTrainable(config, NAMED.build(config.settings), instances, 1e6)).toThrow(
    /fits into the 1\.0 MB of this machine, got one that takes about \d+ MB\. Take a smaller --size, --batch or --width/,
  );
  expect(() => checkTrainable(config, NAMED.build(config.settings), instances, 8e9)).not.toThrow();
});

it.each(['nce', 'batch', 'supervised'])('learns from eight pictures by the loss %s', async (loss) => {
  const folder = await pictures(`eight-${loss}`, 1);
  for (const kind of (await readdir(folder)).slice(8)) await rm(join(folder, kind), { recursive: true });
  const events = await trained({ paths: [folder], out: join(root, `run-${loss}`), settings: { ...SMALL, loss } });
  expect(events.at(-1)).toMatchObject({ kind: 'finished', step: 2 });
});

it('takes the recipe’s batch where there are pictures enough, and else one that leaves several steps', () => {
  const batchOf = (numPictures: number): number => fitBatch(RECIPES.folder, {}, numPictures).batch;
  expect([8, 31, 32, 63, 64, 127, 128, 100_000].map(batchOf)).toEqual([4, 4, 8, 8, 16, 16, 128, 128]);
  expect(() => fitBatch(RECIPES.folder, { batch: 128 }, 127)).toThrow(
    'batch: expected at most the number of pictures, 127, got 128',
  );
});

it('goes on where pictures were added, without them, and not where one is gone or another', async () => {
  const folder = await pictures('growing', 1);
  const out = join(root, 'growing-run');
  await trained({ paths: [folder], out, settings: SMALL });
  await copyFile(join(folder, 'cat', '00000.jpg'), join(folder, 'montage.jpg'));
  expect(await trained({ out, resume: true })).toContainEqual({ kind: 'passedOver', numPictures: 1 });

  await rename(join(folder, 'boat'), join(root, 'boat'));
  await expect(trained({ out, resume: true })).rejects.toThrow(/removed 1 picture/);
  await rename(join(root, 'boat'), join(folder, 'boat'));
  await copyFile(join(folder, 'cat', '00000.jpg'), join(folder, 'boat', '00000.jpg'));
  await utimes(join(folder, 'boat', '00000.jpg'), 1, 1);
  await expect(trained({ out, resume: true })).rejects.toThrow(/changed 1 picture/);
});
