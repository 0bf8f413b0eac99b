import { describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { fromFloat16, toFloat16 } from '#src/core/half.js';
import { Random } from '#src/core/random.js';
import { lengthsOf } from '#src/data/batches/batch-maker.js';
import type { Batch } from '#src/data/batches/loader.js';
import type { Instances } from '#src/method/losses/loss.js';
import { LOSS_NAMES, type LossName, lossNamed } from '#src/method/losses/named-losses.js';
import type { Settings } from '#src/method/settings.js';
import { smallerCrops } from '#src/method/step.js';
import { resolveSettings } from '#src/run/config.js';
import { openBackend } from '#src/runtime/device.js';
import { loadCheckpoint, saveCheckpoint } from '#src/store/run-folder/checkpoint.js';
import { Trainer } from '#src/train/trainer.js';
import { tinyEncoder } from '../machines/tiny-encoder.mjs';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const backend = await openBackend('cpu', 1);
const SEED = 4;
const [N, BATCH, SIZE] = [20, 6, 9];
const INSTANCES: Instances = {
  numImages: N,
  numClasses: 3,
  classes: Int32Array.from({ length: N }, (_, i) => i % 3),
};
const NOISE: Instances = { ...INSTANCES, noiseWeights: Float64Array.from({ length: N }, (_, i) => 1 + (i % 5)) };

function settingsFor(loss: LossName, more: Partial<Settings> = {}): Settings {
  return resolveSettings('folder', { loss, width: 4, size: SIZE, batch: BATCH, dim: 7, epochs: 3, ...more });
}

function create(settings: Settings, instances: Instances): Promise<Trainer> {
  return Trainer.create(tinyEncoder(settings.dim), lossNamed(settings.loss), settings, instances, backend);
}

function batchOf(step: number, settings: Settings): Batch {
  const random = new Random(SEED, 'draw', step);
  const loss = lossNamed(settings.loss);
  const local = smallerCrops(loss, settings);
  const sizes = { views: loss.views, size: SIZE, ...(local && { local }) };
  const numbers = lengthsOf(sizes, BATCH).reduce((sum, length) => sum + length);
  return {
    step,
    epoch: 0,
    indices: Int32Array.from(random.permutation(N).subarray(0, BATCH)),
    images: Float32Array.from({ length: numbers }, () => random.normal()),
  };
}

async function trainSteps(trainer: Trainer, settings: Settings, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const { loss } = await trainer.train(batchOf(step, settings), 0.05);
    losses.push(loss);
  }
  return losses;
}

describe('a trainer', () => {
  const given = { negatives: 5, noise: 'image' } as const;
  const trainings: [string, Settings, Instances][] = [
    ['softmax with a proximal term', settingsFor('softmax', { proximal: 0.5 }), INSTANCES],
    ['NCE with noise of given weights, Z a running mean', settingsFor('nce', { ...given, z: 'running' }), NOISE],
    ['InfoNCE with a bank in float16', settingsFor('infonce', { ...given, bankDtype: 'float16' }), NOISE],
    ['parametric softmax with a bank in float16', settingsFor('parametric', { bankDtype: 'float16' }), INSTANCES],
    ...LOSS_NAMES.map((loss): [string, Settings, Instances] => [loss, settingsFor(loss), INSTANCES]),
  ];
  for (const [number, [name, settings, instances]] of trainings.entries()) {
    it(`${name}: goes on from a checkpoint on disk exactly as if it had not stopped`, async () => {
      const whole = await create(settings, instances);
      const losses = await trainSteps(whole, settings, 0, 2);
      const folder = `${root}/${number}`;
      await saveCheckpoint(folder, { step: 2, ...whole.snapshot(), state: whole.lossState }, 1);
      losses.push(...(await trainSteps(whole, settings, 2, 4)));

      const second = await create(settings, instances);
      const checkpoint = await loadCheckpoint(folder, 2);
      second.restore(checkpoint, checkpoint.state as Record<string, number>);
      expect(await trainSteps(second, settings, 2, 4)).toEqual(losses.slice(2));
      expect(second.snapshot()).toEqual(whole.snapshot());
      expect(losses.every(Number.isFinite)).toBe(true);
      for (const trainer of [whole, second]) await trainer.release();
    });
  }

  it('saves weights of the loss and the noise as parts of their own, and only where there are any', async () => {
    const parts = async (settings: Settings, instances: Instances): Promise<string[]> => {
      const trainer = await create(settings, instances);
      const names = Object.keys(trainer.snapshot());
      await trainer.release();
      return names;
    };
    const common = ['weights', 'optimizer', 'bank'];
    expect(await parts(settingsFor('softmax'), INSTANCES)).toEqual(common);
    expect(await parts(settingsFor('parametric'), INSTANCES)).toEqual([...common, 'head']);
    expect(await parts(settingsFor('nce', given), NOISE)).toEqual([...common, 'noise']);
  });

  it('keeps the weights of the loss out of those of the encoder', async () => {
    const trainer = await create(settingsFor('parametric'), INSTANCES);
    const { weights, optimizer, head } = trainer.snapshot();
    expect([...weights.keys(), ...optimizer.keys()].filter((name) => name.startsWith('head'))).toEqual([]);
    expect(Array.from(head!, ([name, { shape }]) => [name, shape])).toEqual([
      ['head.weight', [N, 7]],
      ['head.weight.momentum_buffer', [N, 7]],
    ]);
    await trainer.release();
  });

  it('rounds each row of a bank in float16 when it is written, so that what is stored is what is used', async () => {
    const settings = settingsFor('softmax', { bankDtype: 'float16' });
    const trainer = await create(settings, INSTANCES);
    const isRound = (): boolean => fromFloat16(toFloat16(trainer.bank)).every((x, i) => x === trainer.bank[i]);
    expect(isRound()).toBe(true);
    await trainSteps(trainer, settings, 0, 1);
    expect(isRound()).toBe(true);
    const { data, dtype } = trainer.snapshot().bank.get('bank')!;
    expect(dtype).toBe('F16');
    expect(fromFloat16(data as Uint16Array)).toEqual(trainer.bank);
    await trainer.release();
  });

  it('with the supervised loss learns the classes it is given', async () => {
    const settings = settingsFor('supervised');
    const trainer = await create(settings, INSTANCES);
    const batch = batchOf(0, settings);
    const losses: number[] = [];
    for (let i = 0; i < 12; i++) losses.push((await trainer.train(batch, 0.05)).loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    await trainer.release();
  });

  it('refuses a checkpoint without what the loss remembers', async () => {
    const trainer = await create(settingsFor('nce', given), INSTANCES);
    expect(Object.keys(trainer.lossState)).toEqual(['z']);
    const restore = (): void => trainer.restore(trainer.snapshot() as Parameters<Trainer['restore']>[0], {});
    expect(restore).toThrow(RunError);
    expect(restore).toThrow("checkpoint: expected the loss's number z, got none.");
    await trainer.release();
  });

  it('refuses a checkpoint without the weights of the loss', async () => {
    const trainer = await create(settingsFor('parametric'), INSTANCES);
    const { head, ...rest } = trainer.snapshot();
    expect(head).toBeDefined();
    expect(() => trainer.restore(rest as Parameters<Trainer['restore']>[0], {})).toThrow(RunError);
    expect(() => trainer.restore(rest as Parameters<Trainer['restore']>[0], {})).toThrow(
      `checkpoint: expected ${N * 7} float32 numbers for head.weight, got none.`,
    );
    await trainer.release();
  });
});
