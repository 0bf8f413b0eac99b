import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { observeCommand } from '#src/cli/commands/observe.js';
import { KIND_NAMES } from '#src/data/synthetic/kinds.js';
import { call, drawPictures, type Ended, jsonLines, TINY, tempFolder } from './cli.js';

const root = tempFolder();
const [pictures, run] = [join(root, 'pictures'), join(root, 'run')];
const observe = (...args: string[]): Promise<Ended> => call(observeCommand(), ...args);

interface Report {
  readonly classes: string[];
  readonly numTest: number;
  readonly pictures: { id: string; label: string; responses: { label: string; probability: number }[] }[];
  readonly byClass: { label: string; numPictures: number; next: { label: string; count: number }[] }[];
}
const reportOf = (ended: Ended): Report => jsonLines(ended).at(-1) as unknown as Report;
const rowsOf = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path, 'utf8'), { columns: true });
let learnt: Ended;

beforeAll(async () => {
  await drawPictures(pictures, 5);
  learnt = await observe(pictures, '--out', run, ...TINY, '--lr', '0.05', '--epochs', '6');
});

describe('observe', () => {
  it('learns classes, and tells what is next of pictures that it has set aside', async () => {
    expect(learnt.code).toBe(0);
    expect(learnt.stdout).toContain('12 pictures that were not learnt, of 12 classes: ');
    expect(learnt.stdout).toContain('Which other class comes first');
    expect(learnt.stdout).toContain('apparent similarity');
    const learntFrom = await rowsOf(join(run, 'inputs', 'labels.csv'));
    const heldOut = await rowsOf(join(run, 'inputs', 'held-out.csv'));
    expect(learntFrom).toHaveLength(48);
    expect(heldOut.map(({ label }) => label).sort()).toEqual([...KIND_NAMES].sort());
    const paths = [...learntFrom, ...heldOut].map(({ path }) => path);
    expect(new Set(paths).size).toBe(60);
  });

  it('takes the run as it is, and answers the same again', async () => {
    const ended = await observe(run, '--json', '--threads', '1');
    const report = reportOf(ended);
    expect(jsonLines(ended)).toHaveLength(1);
    expect(report).toMatchObject({ numTest: 12, classes: [...KIND_NAMES].sort() });
    const saved = JSON.parse(await readFile(join(run, 'observation', 'observation.json'), 'utf8'));
    expect({ kind: 'observation', ...saved }).toEqual(report);
    for (const { label, responses } of report.pictures) {
      expect(responses[0]!.label).toBe(label);
      expect(responses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    }
  });

  it('goes on with a training instead of repeating it', async () => {
    const config = await stat(join(run, 'config.json'));
    const ended = await observe(pictures, '--out', run, ...TINY, '--lr', '0.05', '--epochs', '6', '--json');
    expect(ended.code).toBe(0);
    expect((await stat(join(run, 'config.json'))).mtimeMs).toBe(config.mtimeMs);
    expect(await observe(pictures, '--out', run, ...TINY, '--epochs', '7')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('epochs: expected 6, with which the run was started, got 7'),
    });
  });

  it('shows the pictures asked for, and counts second choices of those given to test', async () => {
    const test = await drawPictures(join(root, 'test'), 1, 20);
    const query = join(test, 'boat', '00020.jpg');
    const report = reportOf(await observe(run, '--test', test, '--pictures', query, '--json'));
    expect(report.pictures).toHaveLength(1);
    expect(report.pictures[0]).toMatchObject({ id: query, label: 'boat' });
    expect(report.byClass.map(({ numPictures }) => numPictures)).toEqual(Array(12).fill(1));
    const table = await rowsOf(join(run, 'observation', 'second-choices.csv'));
    for (const { label, next } of report.byClass) {
      const row = table.find(({ class: name }) => name === label)!;
      expect(row[next[0]!.label]).toBe('1');
      expect(row[label]).toBe('');
    }
    const image = sharp(join(run, 'observation', 'observation.png'));
    expect(await image.metadata()).toMatchObject({ format: 'png', height: 62 + 116 + 46 + 10 });
    expect((await image.stats()).channels.slice(0, 3).every(({ min, max }) => max - min > 100)).toBe(true);
  });

  it('keeps small sets whole where others are asked about, and works with few pictures', async () => {
    const few = await drawPictures(join(root, 'few'), 1);
    const out = join(root, 'few-run');
    expect(await observe(few, '--out', out)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('expected two classes or more with two pictures each'),
    });
    const args = ['--width', '8', '--size', '16', '--epochs', '1', '--threads', '1'];
    const ended = await observe(few, '--out', out, '--test', join(root, 'pictures'), ...args, '--json');
    expect(ended.code).toBe(0);
    expect(reportOf(ended).numTest).toBe(60);
    await rm(join(root, 'few'), { recursive: true });
  });

  it.each([
    [
      'settings for a run that is trained',
      [run, '--epochs', '3'],
      2,
      'epochs: expected only with pictures to learn from',
    ],
    ['no folder for the run', [pictures], 2, 'out: expected a folder for the run'],
    ['another loss', [pictures, '--out', join(root, 'x'), '--set', 'loss=nce'], 2, 'loss: expected supervised'],
    ['a folder without classes', [join(pictures, 'cat'), '--out', join(root, 'x')], 3, 'expected two classes or more'],
    ['a path that is not there', [join(root, 'nowhere'), '--out', join(root, 'x')], 3, 'expected a file or folder'],
  ])('refuses %s', async (_, args, code, message) => {
    expect(await observe(...args)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });

  it('refuses a run without pictures set aside, unless some are given', async () => {
    expect(await observe(join(root, 'few-run'))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Give --test or --pictures'),
    });
  });
});
