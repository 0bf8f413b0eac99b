import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '#src/cli/commands/evaluate.js';
import { trainOn } from '../server/tiny-run.js';
import { call, drawPictures, type Ended, jsonLines, start, tempFolder } from './cli.js';

const root = tempFolder();
const [run, reference, test] = ['run', 'pictures', 'test'].map((name) => join(root, name)) as [string, string, string];
const ARGS = ['--measure', 'semi-supervised', '--reference', reference, '--test', test, '--threads', '1'];
const measure = (...args: string[]): Promise<Ended> => call(evaluateCommand(), run, ...ARGS, ...args);

beforeAll(async () => {
  await drawPictures(reference, 2);
  await drawPictures(test, 1, 10);
  await trainOn(reference, run, 1);
});

describe('evaluate --measure semi-supervised', { timeout: 120_000 }, () => {
  it('stops on Ctrl-C and says that what is learnt is kept', async () => {
    const many = ['--fractions', '100', '--epochs', '300'];
    const { child, ended } = start(['evaluate', run, ...ARGS, ...many]);
    const folder = join(run, 'evaluations', 'semi-supervised');
    const hasBegun = async (): Promise<boolean> => {
      const [training] = await readdir(folder).catch(() => []);
      return training !== undefined && (await readdir(join(folder, training))).includes('metrics.jsonl');
    };
    while (child.exitCode === null && !(await hasBegun())) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('the same command goes on') });
  });

  it('shows a row for each part of the labels, and the same again', async () => {
    const first = await measure('--fractions', '50,10', '--epochs', '1');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^12 test pictures of 12 classes, learnt from a part of the labels:$/m);
    expect(first.stdout).toMatch(/^ {2}50 %, 12 pictures +1( +\d+\.\d %){4}$/m);
    // One picture of each class is the least.
    expect(first.stdout).toMatch(/^ {2}10 %, 12 pictures +1( +\d+\.\d %){4}$/m);
    const [report] = jsonLines(await measure('--fractions', '10,50', '--epochs', '1', '--json'));
    expect(report).toMatchObject({
      'semi-supervised': { numReference: 24, rows: [{ fraction: 0.1 }, { fraction: 0.5, numPictures: 12 }] },
    });
  });

  it.each([
    ['a part above all', ['--fractions', '1,101'], 'fraction: expected a part above 0 and at most 1, got 1.01'],
    ['no part', ['--fractions', '0'], '--fractions: expected a number above 0'],
    ['no steps', ['--steps', '0'], '--steps: expected a positive integer'],
  ])('refuses %s', async (_, args, message) => {
    expect(await measure(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
