import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { trainCommand } from '#src/cli/commands/train.js';
import { Output } from '#src/cli/output.js';
import { TrainDisplay } from '#src/cli/train-display.js';
import { USUAL_RULES } from '#src/data/scan/scan-rules.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { LOSS_NAMES } from '#src/method/losses/named-losses.js';
import { parseRunConfig, type RunConfig, resolveSettings } from '#src/run/config.js';
import type { EpochRecord, TrainEvent } from '#src/run/events.js';
import { CONFIG_VERSION } from '#src/run/migrations.js';
import { runLoss } from '#src/server/run-loss.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { trainingLoop } from '#src/train/loop.js';
import { preparePictures } from '#src/train/training-pictures.js';
import { read } from '../documents/read.ts';
import { tempFolder } from '../store/temp-folder.js';
import { mindful, pairwise } from './own-losses.js';

vi.mock('#src/method/losses/losses.js', async (original) => {
  const { LOSSES } = await original<typeof import('#src/method/losses/losses.js')>();
  const own = await import('./own-losses.js');
  return { LOSSES: [...LOSSES, own.pairwise, own.mindful] };
});

const root = tempFolder();
const [NUM_PICTURES, NUM_STEPS] = [24, 6];
await drawDataset(join(root, 'pictures'), { perKind: NUM_PICTURES / 12, first: 0, seed: 1, size: 16 });

function configFor(loss: string): RunConfig {
  const given = { loss, width: 4, dim: 8, size: 16, batch: 8, epochs: 2, progression: [1] };
  const settings = resolveSettings('folder', given);
  const nothing = { labels: null, init: null, network: null, noiseWeights: null };
  return {
    version: CONFIG_VERSION,
    recipe: 'folder',
    settings,
    asked: { minutes: null, ignore: [], matters: [], given: [] },
    decided: {},
    paths: [join(root, 'pictures')],
    scan: USUAL_RULES,
    ...nothing,
    device: 'cpu',
    threads: 1,
    updates: [],
  };
}

/** Trains, in this thread. @param numSteps after which it is stopped */
async function train(run: RunFolder, numSteps = NUM_STEPS): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  const config = parseRunConfig(run.config, run.path);
  await preparePictures(
    run,
    config,
    async () => config,
    (event) => events.push(event),
    undefined,
  );
  let asked = 0;
  const shouldStop = (): boolean => asked++ === numSteps;
  await trainingLoop({
    ...{ run, config, workers: 1, checkpointMinutes: 60, shouldStop },
    emit: (event) => events.push(event),
  });
  await run.close();
  return events;
}

const LAST = `checkpoints/step-${String(NUM_STEPS).padStart(8, '0')}`;

describe.each([pairwise, mindful])('a loss that is one object in one file: $name', ({ name, sentence }) => {
  const out = join(root, name);
  const config = configFor(name);

  it('is trained with, and its plan is said', async () => {
    const events = await train(await RunFolder.create(out, config));
    expect(events.at(-1)).toEqual({ kind: 'finished', step: NUM_STEPS });
    const records = (await (await RunFolder.open(out)).readLog()) as EpochRecord[];
    expect(records.map(({ loss }) => Number.isFinite(loss))).toEqual([true, true]);

    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const display = new TrainDisplay(new Output('people'), out);
    for (const event of events) display.handle(event);
    write.mockRestore();
    expect(lines.join('')).toContain('crops of 16 pixels, a pair at a time, tau 0.2\n');
  });

  it('is told of by the help, the settings and the service', () => {
    let help = '';
    trainCommand()
      .configureOutput({ writeOut: (text) => (help += text) })
      .outputHelp();
    expect(help).toMatch(new RegExp(`^  ${name} +told from one other picture, drawn at random$`, 'm'));
    expect(LOSS_NAMES).toContain(name);
    expect(runLoss(config, { numImages: NUM_PICTURES, numClasses: 0 })).toEqual({
      ...{ name, sentence, views: 1, usesLabels: false, numCompared: 2, notes: {} },
      guessing: { nats: Math.log(2), words: 'ln 2' },
    });
  });
});

it('goes on from a checkpoint, with what it remembers and its own weights, to the same bytes', async () => {
  const out = join(root, 'stopped');
  expect((await train(await RunFolder.create(out, configFor('mindful')), 2)).at(-1)?.kind).toBe('stopped');
  expect((await train(await RunFolder.resume(out))).at(-1)?.kind).toBe('finished');
  for (const part of ['weights', 'optimizer', 'bank', 'head']) {
    const [resumed, whole] = [out, join(root, 'mindful')].map((run) => join(run, LAST, `${part}.safetensors`));
    expect(await readFile(resumed!)).toEqual(await readFile(whole!));
  }
});

it('has settings of its own, which others refuse', () => {
  expect(resolveSettings('folder', { loss: 'mindful', bankShare: 0.1 }).bankShare).toBe(0.1);
  expect(() => resolveSettings('folder', { loss: 'pairwise', bankShare: 0.1 })).toThrow(
    "bankShare: expected only with the loss batch or mindful, got it with 'pairwise'.",
  );
});

it('keeps what it remembers in the state of a checkpoint, by name', async () => {
  const state = JSON.parse(await readFile(join(root, 'mindful', LAST, 'state.json'), 'utf8'));
  expect(Object.keys(state.loss)).toEqual(['sum']);
  expect(state.loss.sum).toBeGreaterThan(0);
});

it('is the example of CONTRIBUTING.md', async () => {
  const [, example] = /```ts\n(\/\*\*\n \* \*\*A pair at a time[^`]*)```/.exec(read('CONTRIBUTING.md'))!;
  expect(read('test/train/own-losses.ts')).toContain(example);
});
