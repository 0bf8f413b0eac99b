import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VARIATION, pictureSet, trialName, trialsOf, variation } from '../../bench/learn-plan.ts';
import { learnPlot } from '../../bench/learn-plot.ts';
import { bySet, overSets } from '../../bench/learn-summary.ts';
import type { LearnRow } from '../../bench/learn-trial.ts';
import { drawPictures } from '../cli/cli.js';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const set = (name: string) => ({ name, train: `/${name}/train`, test: `/${name}/test` });
const budget = { flag: 'minutes', amount: 5 } as const;

describe('the trials of a night', () => {
  it('are all of them, the seed changing last', () => {
    const other = variation('lr=0.1  jitter=0.4,0.4,0.2,0');
    expect(other.assignments).toEqual(['lr=0.1', 'jitter=0.4,0.4,0.2,0']);
    const trials = trialsOf([set('a'), set('b')], [DEFAULT_VARIATION, other], [budget], [0, 7]);
    expect(trials.map(({ seed }) => seed)).toEqual([0, 0, 0, 0, 7, 7, 7, 7]);
    expect(new Set(trials.map(trialName)).size).toBe(8);
    for (const trial of trials) expect(trialName(trial)).toMatch(/^[\w.,=-]+$/);
  });

  it('are refused where names would be confused, or a setting is none', () => {
    expect(() => trialsOf([set('a'), set('a')], [], [], [])).toThrow(
      'sets: expected another name for each, got a twice.',
    );
    expect(() => variation('lr')).toThrow("--set: expected name=value, several with spaces, got 'lr'.");
    mkdirSync(join(root, 'half', 'train'), { recursive: true });
    expect(() => pictureSet(join(root, 'half'))).toThrow(/expected folders train and test, .* got no .*half\/test\./);
  });
});

/** A row that reached the same by all measures. */
function row(of: string, seed: number, knn20: number | undefined, seconds = 300): LearnRow {
  const begun = { set: of, variation: 'default', budget, seed };
  if (knn20 === undefined) return { ...begun, failed: 'it diverged' };
  return { ...begun, seconds, epochs: 3, settings: {}, accuracies: { knn20, knn200: 0, linear: 0 } };
}

describe('the summary', () => {
  const results = bySet(
    [row('a', 0, 0.5), row('b', 0, 0.9, 60), row('a', 1, 0.75, 180), row('b', 1, undefined)],
    'knn20',
  );

  it('has mean and spread over the seeds, and counts what failed', () => {
    expect(results).toMatchObject([
      { set: 'a', numSeeds: 2, numFailed: 0, mean: 0.625, spread: [0.5, 0.75], minutes: 4 },
      { set: 'b', numSeeds: 1, numFailed: 1, mean: 0.9, spread: [0.9, 0.9], minutes: 1 },
    ]);
  });

  it('has the mean over the sets, each counting once, and the worst of them', () => {
    expect(overSets(results)).toMatchObject([
      { mean: (0.625 + 0.9) / 2, worst: { set: 'a', mean: 0.625 }, minutes: 2.5, numSets: 2 },
    ]);
  });
});

it('the plot has a point for each figure, higher where it is better, and names what it is held against', () => {
  const points = [
    { minutes: 1, accuracy: 0.2, spread: [0.1, 0.3] as const },
    { minutes: 10, accuracy: 0.8 },
  ];
  const panel = { title: 'a < b', curves: [{ name: 'default', points }], levels: [{ name: 'chance', accuracy: 0.1 }] };
  const svg = learnPlot([panel, { ...panel, title: 'mean' }], 'kNN');
  expect(svg).toContain('a &#60; b');
  const places = Array.from(svg.matchAll(/<circle [^>]*cx="([\d.]+)" cy="([\d.]+)"/g), ([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(places).toHaveLength(4);
  expect(places[1]![0]).toBeGreaterThan(places[0]![0]!);
  expect(places[1]![1]).toBeLessThan(places[0]![1]!);
  expect(svg.match(/>chance</g)).toHaveLength(2);
});

it('trains, measures beside what needs no learning, and goes on where it was', async () => {
  const [folder, out] = [join(root, 'drawn'), join(root, 'night')];
  await drawPictures(join(folder, 'train'), 3);
  await drawPictures(join(folder, 'test'), 1, 3);
  // Four kinds of twelve are measured sooner.
  for (const kind of readdirSync(join(folder, 'train')).slice(4))
    for (const part of ['train', 'test']) rmSync(join(folder, part, kind), { recursive: true });
  const references = join(root, 'references.json');
  writeFileSync(references, '{"drawn": {"pretrained": {"knn20": 0.9}}}');
  const tiny = 'width=4 size=16 batch=12 dim=8';
  const args = ['learn', folder, '--out', out, '--epochs', '1', '--no-default', '--references', references];
  const learn = (...more: string[]) =>
    promisify(execFile)(process.execPath, ['dist/bench/main.js', ...args, '--set', tiny, '--threads', '1', ...more]);
  const { stdout } = await learn('--set', 'nonsense=1');
  expect(stdout).toMatch(/^drawn, width=4 .* 1 epochs .* 1 +0$/m);
  const read = () => JSON.parse(readFileSync(join(out, 'learn.json'), 'utf8'));
  const { before, references: given, rows, means } = read();
  expect(before.drawn.chance).toBeCloseTo(1 / 4, 10);
  expect(Object.keys(before.drawn.levels)).toEqual(['colour histogram', 'raw pixels', 'untrained encoder']);
  expect(given).toEqual({ drawn: { pretrained: { knn20: 0.9 } } });
  expect(rows).toMatchObject([
    { set: 'drawn', epochs: 1, seed: 0, settings: { width: 4, size: 16 } },
    { variation: 'nonsense=1', failed: expect.stringContaining('nonsense: expected the name of a setting') },
  ]);
  expect(means).toHaveLength(1);
  expect(readFileSync(join(out, 'learn.svg'), 'utf8')).toContain('pretrained');
  expect(readdirSync(join(out, 'runs'))).toEqual([]);

  // A row that is lost is made again, one that is there is not.
  const [kept, lost] = readdirSync(join(out, 'rows')).sort(
    (one, two) => Number(one.includes('width=4')) - Number(two.includes('width=4')),
  );
  const before2 = statSync(join(out, 'rows', kept!)).mtimeMs;
  rmSync(join(out, 'rows', lost!));
  await learn('--set', 'nonsense=1');
  expect(statSync(join(out, 'rows', kept!)).mtimeMs).toBe(before2);
  expect(read().rows[0].accuracies).toEqual(rows[0].accuracies);
}, 240_000);
