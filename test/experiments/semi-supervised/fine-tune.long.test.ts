/** Learning classes from few pictures, and what a classifier then answers, on drawn pictures of twelve kinds. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError, RunError } from '#src/core/errors.js';
import { evalBatches } from '#src/data/batches/eval-batches.js';
import type { Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { supervisedAccuracy } from '#src/evaluate/supervised-accuracy.js';
import { type FineTuneOptions, fineTune, fineTuneBudget } from '#src/experiments/semi-supervised/fine-tune.js';
import { semiSupervised } from '#src/experiments/semi-supervised/semi-supervised.js';
import type {
  SemiSupervisedOptions,
  SemiSupervisedRow,
} from '#src/experiments/semi-supervised/semi-supervised-options.js';
import { openClassifier } from '#src/run/classifier.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../../cli/cli.js';
import { embedResnet } from '../../oracles/evaluation.js';
import { relativeError, tensorOf } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';

const root = tempFolder();
const [run, tuned] = [join(root, 'run'), join(root, 'tuned')];
let reference: readonly Picture[];
let test: readonly Picture[];

const tune = (out: string, options: Partial<FineTuneOptions> = {}): ReturnType<typeof fineTune> =>
  fineTune({ run, start: 'encoder', pictures: reference, out: join(root, out), epochs: 2, threads: 1, ...options });

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 3);
  const settings = {
    width: 8,
    stem: 'cifar',
    size: 16,
    batch: 16,
    epochs: 1,
    warmup: 0,
    localCrops: 0,
    featureNorm: false,
    seed: 7,
  };
  await train({ paths: [pictures], out: run, settings, threads: 1 });
  reference = (await scan([pictures])).pictures;
  test = (await scan([await drawPictures(join(root, 'test'), 2, 10)])).pictures;
  await tune('tuned');
});

async function weightsOf(path: string): Promise<ReadonlyMap<string, Float32Array>> {
  const weights = await (await RunFolder.open(path)).loadPart('weights');
  return new Map(Array.from(weights, ([name, { data }]) => [name, data as Float32Array]));
}

describe('the budget', () => {
  it('is as many whole epochs as the steps take, with batches that the pictures can fill', () => {
    expect(fineTuneBudget(10_000, {})).toEqual({ batch: 64, epochs: 4, steps: 628, lr: 0.05, seed: 0 });
    expect(fineTuneBudget(500, { steps: 100 })).toMatchObject({ batch: 64, epochs: 13, steps: 104 });
    expect(fineTuneBudget(12, { steps: 7 })).toMatchObject({ batch: 12, epochs: 7, steps: 7 });
    expect(fineTuneBudget(500, { steps: 100, epochs: 70, batch: 50 })).toMatchObject({ batch: 50, steps: 700 });
  });
});

describe('fine-tuning', () => {
  it('starts with the weights of the run, or with others', async () => {
    // At such a rate nothing moves in float32 but what batch normalisation measures.
    await tune('still', { epochs: 1, lr: 1e-12 });
    await tune('scratch', { epochs: 1, lr: 1e-12, start: 'scratch' });
    const before = await weightsOf(run);
    const [still, scratch] = [await weightsOf(join(root, 'still')), await weightsOf(join(root, 'scratch'))];
    for (const [name, values] of before) {
      if (name.includes('running')) continue;
      expect(relativeError(still.get(name)!, values)).toBeLessThan(1e-6);
    }
    expect(relativeError(scratch.get('conv1.weight')!, before.get('conv1.weight')!)).toBeGreaterThan(0.5);
  });

  it('goes on after an interruption, to the same bits', async () => {
    const controller = new AbortController();
    const stopped = await tune('interrupted', {
      signal: controller.signal,
      onEvent: ({ kind }) => kind === 'epoch' && controller.abort(),
    });
    expect(stopped).toBe('stopped');
    expect(await tune('interrupted')).toBe('finished');
    expect(await weightsOf(join(root, 'interrupted'))).toEqual(await weightsOf(tuned));
  });

  it('refuses to go on with other options, or from a run without a checkpoint', async () => {
    await expect(tune('tuned', { lr: 0.5 })).rejects.toThrow(RunError);
    await expect(tune('other', { run: join(root, 'nowhere') })).rejects.toThrow(RunError);
  });

  it('refuses a single class', async () => {
    const pictures = reference.filter(({ label }) => label === 'cat');
    await expect(tune('single', { pictures })).rejects.toThrow('expected two classes or more');
  });
});

describe('a classifier', () => {
  it('answers w_c·v, as a float64 network with its weights does', async () => {
    const classifier = await openClassifier(tuned, { threads: 1 });
    const asked = test.slice(0, 5);
    const { pictures, logits, skipped } = await classifier.respond(asked);
    expect(pictures).toEqual(asked);
    expect(skipped).toEqual([]);
    const { size } = classifier.config.settings;
    const { value } = await evalBatches(asked, { ...classifier.config.settings, batch: 5 }).next();
    const parts = ['weights', 'head'] as const;
    const [state, head] = (await Promise.all(
      parts.map(async (part) => {
        const tensors = await (await RunFolder.open(tuned)).loadPart(part);
        return new Map(
          Array.from(tensors, ([name, { data, shape }]) => [name, tensorOf(data as Float32Array, ...shape)]),
        );
      }),
    )) as [Map<string, ReturnType<typeof tensorOf>>, Map<string, ReturnType<typeof tensorOf>>];
    const v = embedResnet(state, tensorOf(value!.images, 5, 3, size, size));
    const w = head.get('head.weight')!;
    const expected = Array.from({ length: 5 * 12 }, (_, i) => {
      const [row, c] = [Math.floor(i / 12), i % 12];
      return w.data.slice(128 * c, 128 * c + 128).reduce((sum, x, k) => sum + x * v.data[128 * row + k]!, 0);
    });
    expect(relativeError(logits, expected)).toBeLessThan(TOLERANCES.float32.features);
    await classifier.release();
  });

  it('leaves out a file that cannot be decoded', async () => {
    const broken = { ...test[0]!, id: 'broken', path: join(root, 'broken.jpg') };
    await writeFile(broken.path, (await readFile(test[0]!.path)).subarray(0, 300));
    const classifier = await openClassifier(tuned, { threads: 1 });
    const { pictures, skipped } = await classifier.respond([broken, test[1]!]);
    expect(pictures).toEqual([test[1]]);
    expect(skipped).toMatchObject([{ path: 'broken' }]);
    await classifier.release();
  });

  it('is scored by what it ranks first and among five', async () => {
    const classifier = await openClassifier(tuned, { threads: 1 });
    const { logits } = await classifier.respond(test);
    const { classes } = classifier;
    await classifier.release();
    const rank = (row: number): number => {
      const own = logits[row * 12 + classes.indexOf(test[row]!.label!)]!;
      return logits.subarray(row * 12, row * 12 + 12).filter((logit) => logit > own).length;
    };
    const part = (top: number): number => test.filter((_, row) => rank(row) < top).length / test.length;
    const unlabelled = { ...test[0]!, label: undefined };
    expect(await supervisedAccuracy(tuned, [...test, unlabelled], { threads: 1 })).toEqual({
      ...{ top1: part(1), top5: part(5), numTest: 24, numClasses: 12 },
    });
  });

  it('is not made of a run of another loss', async () => {
    await expect(openClassifier(run)).rejects.toThrow(
      "the loss supervised, which has a weight row for each class, got 'batch'",
    );
  });

  it('is not tested with classes it has not learnt, or none', async () => {
    const strange = { ...test[0]!, label: 'unicorn' };
    await expect(supervisedAccuracy(tuned, [...test, strange])).rejects.toThrow('got also unicorn');
    await expect(supervisedAccuracy(tuned, [{ ...strange, label: undefined }])).rejects.toThrow(DataError);
  });
});

describe('the semi-supervised comparison', { timeout: 120_000 }, () => {
  const compare = (options: Partial<SemiSupervisedOptions> = {}): ReturnType<typeof semiSupervised> =>
    semiSupervised({
      run,
      reference: [join(root, 'pictures')],
      test: [join(root, 'test')],
      fractions: [1, 0.01, 0.02],
      epochs: 1,
      threads: 1,
      ...options,
    });

  it('goes on where it was interrupted, and computes nothing twice', async () => {
    const controller = new AbortController();
    const rows: SemiSupervisedRow[] = [];
    const interrupted = compare({
      signal: controller.signal,
      onRow: (row) => {
        rows.push(row);
        controller.abort(new Error('enough'));
      },
    });
    await expect(interrupted).rejects.toThrow('enough');
    expect(rows).toHaveLength(1);

    const done: number[] = [];
    const result = await compare({ onProgress: (progress) => done.push(progress.done) });
    expect(result).toMatchObject({
      numReference: 36,
      numShared: 0,
      lr: 0.05,
      seed: 0,
      skipped: { reference: [], test: [] },
    });
    // One picture a class is the least, so that 1 % and 2 % are the same here.
    expect(result.rows.map(({ fraction, numPictures, steps }) => [fraction, numPictures, steps])).toEqual([
      [0.01, 12, 1],
      [0.02, 12, 1],
      [1, 36, 1],
    ]);
    expect(result.rows[0]).toEqual(rows[0]);
    expect(done).toEqual([...done].sort((a, b) => a - b));

    const again = await compare({ onProgress: () => expect.unreachable('computed again') });
    expect(again).toEqual(result);
  });

  it('is tested anew once the test pictures change', async () => {
    const path = test[0]!.path;
    const { mtimeMs } = await stat(path);
    await writeFile(path, await readFile(path));
    expect((await stat(path)).mtimeMs).not.toBe(mtimeMs);
    const tasks = new Set<string>();
    await compare({ fractions: [1], onProgress: ({ task }) => tasks.add(task) });
    // Learnt once and for all, but tested again.
    expect([...tasks]).toEqual(['testing']);
  });

  it('refuses fewer than two classes, and other classes in the test', async () => {
    const one = join(root, 'pictures', 'cat');
    await expect(compare({ reference: [one] })).rejects.toThrow('reference: expected pictures with labels, got none');
    await rm(join(root, 'few'), { recursive: true, force: true });
    await drawPictures(join(root, 'few'), 1);
    await Promise.all(['cat', 'boat'].map((kind) => rm(join(root, 'few', kind), { recursive: true })));
    await expect(compare({ reference: [join(root, 'few')] })).rejects.toThrow('got also boat, cat');
    const own = [join(root, 'test')];
    await expect(compare({ reference: own, test: own })).rejects.toThrow('reference: expected pictures with labels');
  });
});
