/** @file Updates of runs that began with a network from a file, or with weights. */
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embed } from '#src/run/embed.js';
import type { TrainEvent } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { adopt } from '#src/train/adopt.js';
import { train } from '#src/train/train.js';
import type { TrainOptions } from '#src/train/training-options.js';
import { updateRun } from '#src/train/update.js';
import { drawPictures, tempFolder } from '../../cli/cli.js';
import { NETWORK_SIZE, writeTinyNetwork } from '../network/tiny-network.ts';
import { configOf } from './changed-run.js';

const root = tempFolder();
const [pictures, more] = [join(root, 'pictures'), join(root, 'more')];
const SETTINGS = { dim: 6, batch: 12, epochs: 1, warmup: 0 };
let network: string;
beforeAll(async () => {
  await drawPictures(pictures, 2);
  await drawPictures(more, 1, 100);
  network = await writeTinyNetwork(join(root, 'tiny.onnx'));
});

function trained(out: string, options: Partial<TrainOptions>): Promise<'finished' | 'stopped'> {
  return train({ paths: [pictures], out, settings: SETTINGS, threads: 1, ...options });
}

/** Expects a run of 24 pictures, and 12 that have come, whose features are those of their files. */
async function expectGrown(out: string, numLearnt: number): Promise<void> {
  expect((await configOf(out)).updates).toMatchObject([{ numPictures: 36, numLearnt }]);
  const run = await openRun(out, { threads: 1 });
  const direct = await embed(run, [more]);
  await run.release();
  const { ids, features, dim, source } = run.embeddings;
  expect([source, ids.slice(24)]).toEqual(['features', direct.ids]);
  for (const [i, x] of direct.features.entries()) expect(features[24 * dim + i]).toBeCloseTo(x, 4);
}

describe('an update of a run that began', () => {
  it('by adopting a network gives rows alone, and cannot train or keep rows for a training', async () => {
    const out = join(root, 'adopted');
    await adopt({ size: NETWORK_SIZE, network, paths: [pictures], out, threads: 1 });
    await expect(updateRun({ out, paths: [more], epochs: 1 })).rejects.toThrow('adopted as it is');
    await expect(updateRun({ out, paths: [more], keepRows: true })).rejects.toThrow('got one that is not trained');
    expect((await configOf(out)).updates).toEqual([]);
    expect(await updateRun({ out, paths: [more] })).toBe('finished');
    await expectGrown(out, 24);
  }, 120_000);

  it.each([
    ['that is trained further', {}],
    ['that stays as it is, beside what is added to it', { freeze: true, frozenCrops: 2 }],
  ])(
    'with a network %s trains it, though its file has gone',
    async (_, settings) => {
      const out = join(root, `network-${Object.keys(settings).length}`);
      const mine = join(root, 'mine.onnx');
      await cp(network, mine);
      await trained(out, { network: { network: mine }, settings: { ...SETTINGS, ...settings } });
      await rename(mine, join(root, 'elsewhere.onnx'));
      const encoder = await readFile(join(out, 'encoder.onnx'));
      const cropped: number[] = [];
      const onEvent = (event: TrainEvent): void => {
        if (event.kind === 'cropping') cropped.push(event.of);
      };
      expect(await updateRun({ out, paths: [more], epochs: 1, onEvent })).toBe('finished');
      await expectGrown(out, 36);
      expect(await readFile(join(out, 'encoder.onnx'))).not.toEqual(encoder);
      // Crops of all pictures, where it is those that are learnt from.
      expect(cropped.at(-1)).toBe('freeze' in settings ? 2 * 36 : undefined);
    },
    120_000,
  );

  it('with weights goes on from what it has learnt since, though they have gone', async () => {
    const [first, out] = [join(root, 'first'), join(root, 'init')];
    const settings = { ...SETTINGS, width: 8, size: 16, localCrops: 0 };
    await trained(first, { settings });
    const weights = join(first, 'encoder.onnx');
    await trained(out, { settings, init: weights });
    await rm(weights);
    expect(await updateRun({ out, paths: [more], epochs: 1 })).toBe('finished');
    await expectGrown(out, 36);
  }, 120_000);
});
