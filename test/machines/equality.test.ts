/** @file Two ranks come to what one process does that computes their two halves of each batch one after the other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { lengthsOf } from '#src/data/batches/batch-maker.js';
import { randomUnitRows } from '#src/method/bank.js';
import type { Instances } from '#src/method/losses/loss.js';
import { LOSS_NAMES, type LossName, lossNamed } from '#src/method/losses/named-losses.js';
import type { Settings } from '#src/method/settings.js';
import { smallerCrops } from '#src/method/step.js';
import { resolveSettings } from '#src/run/config.js';
import { readSafetensors } from '#src/store/tensors/safetensors.js';
import { tempFolder } from '../store/temp-folder.js';
import { HAS_MPI, runRanks } from './mpirun.js';
import { halvesOneByOne } from './one-by-one.js';
import { tinyEncoder } from './tiny-encoder.mjs';

const SCRIPT = fileURLToPath(new URL('./train-rank.mjs', import.meta.url));
const RANKS = 2;
const STEPS = 20;
const [N, BATCH, SIZE, DIM] = [24, 8, 9, 7];
const [SEED, LR] = [4, 0.004];
/** Float32 sums in another order, over twenty steps. */
const FAR = 1e-4;

const PLAIN: Instances = {
  numImages: N,
  numClasses: 3,
  classes: Int32Array.from({ length: N }, (_, i) => i % 3),
};
const NOISY: Instances = { ...PLAIN, noiseWeights: Float64Array.from({ length: N }, (_, i) => 1 + (i % 5)) };

interface Training {
  readonly name: string;
  readonly settings: Settings;
  readonly instances: Instances;
}

function training(name: string, loss: LossName, more: Partial<Settings> = {}, instances = PLAIN): Training {
  const given = { loss, optimizer: 'sgd', size: SIZE, batch: BATCH, dim: DIM, epochs: 3, ...more };
  return { name, settings: resolveSettings('folder', given), instances };
}

const TRAININGS: readonly Training[] = [
  ...LOSS_NAMES.map((loss) => training(loss, loss, ['nce', 'infonce'].includes(loss) ? { negatives: 5 } : {})),
  training('nce-of-images', 'nce', { negatives: 5, noise: 'image', z: 'running' }, NOISY),
  training('bank-in-float16', 'softmax', { bankDtype: 'float16', proximal: 0.5 }),
  training('small-crops', 'batch', { localCrops: 2, bankShare: 0.4, localSize: 0.9 }),
  training('recomputed', 'batch', { checkpointActivations: true }),
];

/** Places of each rank in each step: its share is every second picture. */
const INDICES = Array.from({ length: STEPS }, (_, step) =>
  Array.from({ length: RANKS }, (_, rank) =>
    Array.from(
      new Random(SEED, 'shuffle', step, rank).permutation(N / RANKS).subarray(0, BATCH / RANKS),
      (i) => RANKS * i + rank,
    ),
  ),
);

function numbersOf(settings: Settings): number {
  const loss = lossNamed(settings.loss);
  const local = smallerCrops(loss, settings);
  const sizes = { views: loss.views, size: SIZE, ...(local && { local }) };
  return lengthsOf(sizes, BATCH / RANKS).reduce((sum, length) => sum + length);
}

function imagesOf(settings: Settings, step: number, rank: number): Float32Array {
  const random = new Random(SEED, 'draw', step, rank);
  return Float32Array.from({ length: numbersOf(settings) }, () => random.normal());
}

function distance(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (got[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

const root = tempFolder();

describe.runIf(HAS_MPI)('two ranks', async () => {
  const plan = TRAININGS.map(({ name, settings, instances }) => ({
    name,
    settings,
    instances: {
      ...instances,
      classes: [...instances.classes!],
      ...(instances.noiseWeights && { noiseWeights: [...instances.noiseWeights] }),
    },
    numbers: numbersOf(settings),
    indices: INDICES,
  }));
  writeFileSync(join(root, 'plan.json'), JSON.stringify({ seed: SEED, lr: LR, trainings: plan }));
  const ended = HAS_MPI ? await runRanks(RANKS, [SCRIPT, root]) : undefined;
  const told = (name: string, rank: number): Record<string, unknown> =>
    JSON.parse(readFileSync(join(root, `${name}-${rank}.json`), 'utf8'));

  it('come to an end', () => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  for (const { name, settings, instances } of TRAININGS) {
    it(`${name}: are the same to the byte, and as one process that computes one half after the other`, async () => {
      const expected = await halvesOneByOne({
        encoder: tinyEncoder(DIM),
        settings,
        instances,
        indices: INDICES,
        lr: LR,
        imagesOf: (step, rank) => imagesOf(settings, step, rank),
      });
      const [first, second] = [0, 1].map((rank) => told(name, rank));
      expect(second).toEqual(first);
      expect(first).toMatchObject({ isWished: true, isWishedEarly: false });
      expect(distance(first!['losses'] as number[], expected.losses)).toBeLessThan(FAR);
      const { tensors } = await readSafetensors(join(root, `${name}-1.safetensors`));
      const far = Array.from(expected.tensors, ([tensor, numbers]) => {
        const got = tensors.get(tensor)?.data ?? [];
        return [tensor, distance(got as Float32Array, numbers)] as const;
      }).filter(([, error]) => !(error < FAR));
      expect(far).toEqual([]);
      // It has learnt something, and so moved.
      const start = new Float32Array(N * DIM);
      randomUnitRows(start, DIM, new Random(settings.seed, 'bank'));
      expect(distance(expected.tensors.get('bank')!, start)).toBeGreaterThan(0.1);
    });
  }
});
