/** @file Trainings that are told how long, and settle the rest by their pictures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { TRAINING_SIZES } from '#src/method/candidates.js';
import { numSteps } from '#src/method/schedule.js';
import { parseRunConfig, type RunConfig } from '#src/run/config.js';
import type { TrainEvent } from '#src/run/events.js';
import { train } from '#src/train/train.js';
import type { TrainOptions } from '#src/train/training-options.js';
import { longPictures } from '../data/long-pictures.js';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
await drawDataset(pictures, { perKind: 6, first: 0, seed: 1, size: 24 });
/** Little enough to be measured in seconds. */
const SMALL = { width: 4, dim: 8, batch: 8, localCrops: 0 };

async function trained(options: TrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  await train({ threads: 1, ...options, onEvent: (event) => events.push(event) });
  return events;
}

async function configOf(out: string): Promise<RunConfig> {
  return parseRunConfig(JSON.parse(await readFile(join(out, 'config.json'), 'utf8')), out);
}

describe('a training that is given minutes', () => {
  const out = join(root, 'timed');

  it('fixes its steps before the first, as many as there is time for', async () => {
    const events = await trained({ paths: [pictures], out, minutes: 0.1, settings: SMALL });
    const { settings, asked, decided } = await configOf(out);
    expect(asked).toEqual({ minutes: 0.1, ignore: [], matters: [], given: ['width', 'dim', 'batch', 'localCrops'] });
    expect(settings).toMatchObject(SMALL);
    // 24 pixels need no more than the smallest crops there are.
    expect(settings.size).toBe(Math.min(...TRAINING_SIZES.map(({ size }) => size)));
    expect(decided!['time']).toMatch(/^of 0\.1 minutes asked for, by [\d,]+ pictures\/s, as measured here/);
    const [plan] = events.flatMap((event) => (event.kind === 'plan' ? [event.plan] : []));
    expect(plan).toMatchObject({ isMeasured: true, config: { settings: { epochs: settings.epochs } } });
    const steps = numSteps(settings, 9);
    // How long it really takes depends on who else is at work. A step there is in any case.
    if (steps > 1) expect(plan!.estimatedSeconds).toBeLessThan(6);
    expect(events.at(-1)).toEqual({ kind: 'finished', step: steps });
  });

  it('comes to the same bytes as one that is given what it has chosen', async () => {
    const { settings: all } = await configOf(out);
    const names = ['size', 'epochs', 'fit', 'crop', 'flip', 'turns', 'jitter', 'greyscale'] as const;
    const settings = { ...SMALL, ...Object.fromEntries(names.map((name) => [name, all[name]])) };
    const again = join(root, 'again');
    await trained({ paths: [pictures], out: again, settings });
    expect(await readFile(join(again, 'encoder.onnx'))).toEqual(await readFile(join(out, 'encoder.onnx')));
  });

  it('keeps its plan when it is stopped and resumed', async () => {
    const stopped = join(root, 'stopped');
    /** Trains until the plan is said. @returns what it said */
    const planned = async (options: Omit<TrainOptions, 'out'>): Promise<RunConfig> => {
      const controller = new AbortController();
      let config: RunConfig | undefined;
      const end = await train({
        ...{ threads: 1, out: stopped, ...options },
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind !== 'plan') return;
          ({ config } = event.plan);
          controller.abort();
        },
      });
      expect(end).toBe('stopped');
      return config!;
    };
    // Time for so many steps that none of it is over before it is stopped.
    const first = await planned({ paths: [pictures], minutes: 2, settings: SMALL });
    expect(await configOf(stopped)).toEqual(first);
    expect(await planned({ resume: true })).toEqual(first);
    expect(await configOf(stopped)).toEqual(first);
    await expect(trained({ out: stopped, resume: true, minutes: 3 })).rejects.toThrow(/^minutes: expected 2, with/);
  }, 180_000);
});

describe('a training that is given epochs', () => {
  it('may see a part of its pictures only', async () => {
    const out = join(root, 'part');
    const events = await trained({ paths: [pictures], out, settings: { ...SMALL, size: 16, epochs: 1.5 } });
    const epochs = events.flatMap((event) => (event.kind === 'epoch' ? [[event.record.epoch, event.record.step]] : []));
    expect(epochs).toEqual([
      [1, 9],
      // Half of nine steps, rounded.
      [2, 14],
    ]);
    expect((await trained({ out, resume: true })).at(-1)).toEqual({ kind: 'finished', step: 14 });
  });

  it('pads long pictures unless it is told not to, and takes crops no larger than they are', async () => {
    const folder = join(root, 'long');
    await longPictures(folder, 60, 35);
    const settings = { ...SMALL, batch: 4, epochs: 1 };
    await trained({ paths: [folder], out: join(root, 'long-run'), settings });
    const config = await configOf(join(root, 'long-run'));
    expect(config.settings).toMatchObject({ fit: 'pad', size: 48 });
    expect(config.decided).toMatchObject({
      long: 'whole, in a square of their border’s colour: 100 % of the pictures are longer than 1.5 : 1',
      size: 'at most 48 pixels, as half of the pictures have a side of 35 or less',
    });
    const told = { ...settings, fit: 'crop', size: 16 };
    await trained({ paths: [folder], out: join(root, 'told-run'), settings: told });
    expect((await configOf(join(root, 'told-run'))).settings).toMatchObject({ fit: 'crop', size: 16 });
  });

  it('says what a published recipe leaves to nobody', async () => {
    const out = join(root, 'published');
    const { localCrops: _, ...small } = SMALL;
    const settings = { ...small, epochs: 0.2 };
    await trained({ paths: [pictures], out, recipe: 'cifar10', settings });
    expect(await configOf(out)).toMatchObject({
      decided: {},
      settings: { size: 32, flip: 0, jitter: [0.4, 0.4, 0.4, 0.4], fit: 'crop', turns: 1 },
    });
  });
});

it.each([
  [{ minutes: 5, settings: { epochs: 3 } }, 'minutes: expected minutes or epochs, got both.'],
  [{ ignore: ['mirror'], matters: ['mirror'] }, 'ignore: expected mirror in it or in matters, got both.'],
  [{ ignore: ['colour'], settings: { greyscale: 0 } }, 'greyscale: expected it or ignore colour, which stands for it'],
] as const)('refuses %o', async (asked, message) => {
  await expect(trained({ paths: [pictures], out: join(root, 'refused'), ...asked })).rejects.toThrow(message);
});
