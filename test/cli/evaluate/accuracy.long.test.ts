import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyTiny } from '../../server/tiny-run.js';
import { drawPictures, here, jsonLines, tempFolder } from '../cli.js';

const root = tempFolder();
const test = join(root, 'test');
let runPath: string;
let pictures: string;

beforeAll(async () => {
  ({ runPath, pictures } = await copyTiny(root));
  await drawPictures(test, 2, 6);
});

describe('evaluate', () => {
  it('measures with a reference folder', async () => {
    const args = ['evaluate', runPath, '--reference', pictures, '--test', test, '--k', '1,20', '--json'];
    const [report] = jsonLines(await here(args)) as [
      Record<string, unknown> & { nearest: { top1: number }; knn: { k: number; top1: number }[] },
    ];
    expect(report).toMatchObject({ numReference: 72, numTest: 24, chance: 1 / 12, tau: 0.07 });
    expect(report.knn.map(({ k }) => k)).toEqual([1, 20]);
    expect(report.knn[0]!.top1).toBe(report.nearest.top1);
  });

  it('measures with the memory bank, and cuts k to its rows', async () => {
    const { code, stdout } = await here(['evaluate', runPath, '--test', test]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/kNN, k = 72 .*%/);
  });

  it('shows raw pixels and the colour histogram beside, unless told not to', async () => {
    const args = ['evaluate', runPath, '--test', test, '--k', '5'];
    const { stdout } = await here(args);
    for (const name of ['colour histogram', 'raw pixels']) {
      for (const measure of ['kNN, k = 5', '1-NN']) expect(stdout).toContain(`${name}: ${measure}`);
    }
    // Linear classifiers of pixels take long, and less of two kinds.
    for (const kind of ['car', 'tree']) {
      await cp(join(pictures, kind), join(root, 'two', kind), { recursive: true });
      await cp(join(test, kind), join(root, 'two-test', kind), { recursive: true });
    }
    const ofTwo = ['evaluate', runPath, '--reference', join(root, 'two'), '--test', join(root, 'two-test'), '--k', '5'];
    const baselines = ['colour histogram', 'raw pixels'].map((name) => ({ name, numReference: 12, numTest: 4 }));
    const [report] = jsonLines(await here([...ofTwo, '--measure', 'knn,linear', '--json']));
    expect(report).toMatchObject({ baselines, linear: { baselines: [{ numTest: 4 }, { numTest: 4 }] } });
    const [alone] = jsonLines(await here([...ofTwo, '--no-baselines', '--json'])) as [Record<string, object>];
    expect(alone).not.toHaveProperty('baselines');
  });

  it('leaves pictures out that are in both sets, and says so', async () => {
    const args = ['evaluate', runPath, '--reference', pictures, '--test', pictures, '--k', '1'];
    const { stdout } = await here(args);
    expect(stdout).toContain('72 test pictures are in the reference, too, and did not vote for themselves.');
    const [report] = jsonLines(await here([...args, '--json'])) as [{ numShared: number; nearest: { top1: number } }];
    expect(report.numShared).toBe(72);
    expect(report.nearest.top1).toBeLessThan(1);
  });

  it('measures several things at once, with several k and tau, and says how C was chosen', async () => {
    const args = [
      'evaluate',
      runPath,
      '--reference',
      pictures,
      '--test',
      test,
      '--measure',
      'knn,linear',
      '--no-baselines',
    ];
    const { stdout } = await here([...args, '--k', '1,5', '--tau', '0.07,1']);
    expect(stdout.match(/kNN, k = [15], tau = (0.07|1) .*%/g)).toHaveLength(4);
    expect(stdout).toMatch(/logistic regression, C = [\d.]+ +[\d.]+ %/);
    expect(stdout).toMatch(/linear SVM, C = [\d.]+ +[\d.]+ %/);
    expect(stdout).toContain('C was chosen on 12 reference pictures put aside:');
    const [report] = jsonLines(await here([...args, '--json'])) as [Record<string, unknown>];
    expect(report).toMatchObject({ numReference: 72, linear: { svm: { numTest: 24 }, logistic: { numTest: 24 } } });
  });

  it('says what is not known or not given', async () => {
    expect(await here(['evaluate', runPath, '--test', test, '--measure', 'knn,beauty'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--measure: expected knn, linear, layers.*all, got 'beauty'/),
    });
    expect(await here(['evaluate', runPath])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--test: expected a folder of pictures, which knn needs, got none.'),
    });
    expect(await here(['evaluate', runPath, '--test', test, '--measure', 'layers'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reference: expected a folder of pictures, which layers needs, got none.'),
    });
    expect(await here(['evaluate', runPath, '--test', test, '--tau', '0.1,-1'])).toMatchObject({ code: 2 });
  });

  it('says why one class tells nothing, and learns other classes than those of the training', async () => {
    const one = join(root, 'one');
    await cp(join(test, 'car'), join(one, 'car'), { recursive: true });
    expect(await here(['evaluate', runPath, '--reference', one, '--test', one])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('reference: expected two classes or more, got only car'),
    });
    for (const kind of ['car', 'tree']) {
      await cp(join(pictures, kind), join(root, 'new', `my-${kind}`), { recursive: true });
      await cp(join(test, kind), join(root, 'new-test', `my-${kind}`), { recursive: true });
    }
    const args = ['evaluate', runPath, '--reference', join(root, 'new'), '--test', join(root, 'new-test')];
    const classes = ['my-car', 'my-tree'];
    const [report] = jsonLines(await here([...args, '--measure', 'linear', '--no-baselines', '--json']));
    expect(report).toMatchObject({ linear: { svm: { classes }, logistic: { classes } } });
    const { stdout } = await here([...args, '--measure', 'knn,layers', '--no-baselines', '--k', '5']);
    for (const stage of ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'features'])
      expect(stdout).toMatch(new RegExp(`${stage} +[\\d,]+ +[\\d.]+ %`));
  });

  it('names classes that the reference lacks', async () => {
    const reference = join(root, 'reference');
    await drawPictures(reference, 1);
    for (const kind of ['car', 'tree']) await rm(join(reference, kind), { recursive: true });
    const ended = await here(['evaluate', runPath, '--reference', reference, '--test', test]);
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('got also car, tree') });
  });
});
