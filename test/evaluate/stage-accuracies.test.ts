/** What the stages of a run's encoder make of pictures, and how well they tell classes apart. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evalBatches } from '#src/data/batches/eval-batches.js';
import type { Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { linearAccuracy } from '#src/evaluate/linear/linear-accuracy.js';
import { standardizeBy } from '#src/evaluate/linear/standardize.js';
import { layerAccuracies } from '#src/evaluate/stage-accuracies.js';
import { embedStages, gridSide, stageEncoder } from '#src/evaluate/stages.js';
import { input } from '#src/graph/value.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';
import { ENCODE_BATCH, embed } from '#src/run/embed.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import { Program } from '#src/runtime/program.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { TOLERANCES } from '../tolerances.js';

const root = tempFolder();
let run: TrainedRun;
let reference: readonly Picture[];
let test: readonly Picture[];

beforeAll(async () => {
  const [learnt, asked] = [join(root, 'pictures'), join(root, 'test')];
  await drawPictures(learnt, 4);
  await drawPictures(asked, 2, 4);
  await train({
    paths: [learnt],
    out: join(root, 'run'),
    settings: { stem: 'cifar', width: 4, dim: 16, size: 8, batch: 16, epochs: 1, warmup: 0, localCrops: 0 },
    threads: 1,
  });
  run = await openRun(join(root, 'run'), { threads: 1 });
  reference = (await scan([learnt])).pictures;
  test = (await scan([asked])).pictures;
  return () => run.release();
});

describe('the stages of a run', () => {
  it('are conv1 to conv5, and the features', async () => {
    const encoder = await stageEncoder(run);
    // All pixels there are.
    expect(encoder.stages).toEqual([
      { name: 'conv1', dim: 4 * 8 * 8 },
      { name: 'conv2', dim: 4 * 8 * 8 },
      { name: 'conv3', dim: 8 * 4 * 4 },
      { name: 'conv4', dim: 16 * 2 * 2 },
      { name: 'conv5', dim: 32 },
      { name: 'features', dim: 16 },
      { name: 'readout', dim: 16 },
    ]);
    await encoder.release();
  });

  it('are pooled to grids of at most 576 numbers, or one number a channel', () => {
    const sideOf = (...shape: number[]): number => gridSide({ shape: [ENCODE_BATCH, ...shape] });
    expect([sideOf(64, 32, 32), sideOf(16, 32, 32), sideOf(128, 16, 16), sideOf(2048, 7, 7), sideOf(3, 5, 9)]).toEqual([
      3, 6, 2, 1, 5,
    ]);
  });

  it('end with the features that the run gives, and hold what the encoder computes on the way', async () => {
    const encoder = await stageEncoder(run);
    const { embeddings, skipped } = await embedStages(encoder, run, test);
    await encoder.release();
    expect(skipped).toEqual([]);
    const features = embeddings.get('readout')!;
    const embedded = await embed(run, [join(root, 'test')]);
    expect(features).toMatchObject({ ids: embedded.ids, labels: embedded.labels });
    expect(relative(features.features, embedded.features)).toBeLessThan(TOLERANCES.float32.features);

    // conv5 has as many cells as pixels: nothing is pooled. Here it comes from the graph of evaluation, not folded.
    const variables = new Variables('evaluation');
    encoderNamed('resnet10', run.config.settings).build(variables, input('images', [ENCODE_BATCH, 3, 8, 8]));
    const program = await Program.create({ conv5: variables.stages.get('conv5')! }, run.backend);
    const { weights } = run;
    const batch = (await evalBatches(test, { ...run.transform, batch: ENCODE_BATCH }).next()).value!;
    const feeds = Object.fromEntries(Array.from(program.inputs.keys(), (name) => [name, weights.get(name)!]));
    // Every pixel is the mean of two by two of what the run is given.
    const images = Float32Array.from({ length: ENCODE_BATCH * 3 * 64 }, (_, i) => {
      const at = Math.floor(i / 64) * 256 + Math.floor((i % 64) / 8) * 32 + (i % 8) * 2;
      return (batch.images[at]! + batch.images[at + 1]! + batch.images[at + 16]! + batch.images[at + 17]!) / 4;
    });
    const { conv5 } = await program.run({ ...feeds, images });
    await program.release();
    const own = embeddings.get('conv5')!.features;
    expect(relative(own, conv5!.subarray(0, own.length))).toBeLessThan(TOLERANCES.float32.features);
  });
});

describe('accuracies by layer', () => {
  it('are told for each stage, linear and by votes', async () => {
    const told: string[] = [];
    const { stages, numShared, skipped } = await layerAccuracies(
      run,
      { reference, test },
      { ks: [1, 5], onProgress: (what) => told.push(what) },
    );
    expect(stages.map(({ name }) => name)).toEqual([
      'conv1',
      'conv2',
      'conv3',
      'conv4',
      'conv5',
      'features',
      'readout',
    ]);
    for (const { linear, knn } of stages) {
      expect(linear).toMatchObject({ kind: 'logistic', numReference: 48, numTest: 24, isConverged: true });
      expect(knn.knn.map(({ k }) => k)).toEqual([1, 5]);
    }
    // The last stage, from the features as the run itself gives them.
    const learnt = await embed(run, [join(root, 'pictures')]);
    const asked = await embed(run, [join(root, 'test')]);
    standardizeBy(learnt, asked);
    const expected = await linearAccuracy(learnt, asked, { kind: 'logistic', backend: run.backend });
    expect(stages.at(-1)!.linear).toMatchObject({ top1: expected.top1, candidates: expected.candidates });
    expect({ numShared, skipped }).toEqual({ numShared: 0, skipped: { reference: [], test: [] } });
    expect(new Set(told)).toContain('encoding test pictures');
    expect(new Set(told)).toContain('fitting to conv5');
  });

  it('leave out of the reference what is in the test, and files that are broken', async () => {
    const [mixed, asked] = [join(root, 'mixed'), test.filter(({ label }) => label === 'cat' || label === 'car')];
    for (const kind of ['cat', 'car']) await cp(join(root, 'pictures', kind), join(mixed, kind), { recursive: true });
    await cp(asked[0]!.path, join(mixed, asked[0]!.label!, 'copy.png'));
    const { pictures } = await scan([mixed]);
    const broken = { ...pictures[0]!, id: '/gone.png', path: '/gone.png' };
    const { stages, numShared, skipped } = await layerAccuracies(run, {
      reference: [broken, ...pictures],
      test: asked,
    });
    expect(numShared).toBe(1);
    expect(stages[0]!.linear.numReference).toBe(8);
    expect(skipped.reference).toEqual([{ path: '/gone.png', reason: 'nothing is there' }]);
  });

  it('stop when they are told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(layerAccuracies(run, { reference, test }, { signal })).rejects.toThrow('enough');
  });
});

/** Length of the difference as a part of the length. */
function relative(a: Float32Array, b: Float32Array): number {
  const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, xi) => sum + xi * xi, 0));
  return norm(a.map((ai, i) => ai - b[i]!)) / norm(b);
}
