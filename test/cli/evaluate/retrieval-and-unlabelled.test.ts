import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '#src/cli/commands/evaluate.js';
import { copyTiny } from '../../server/tiny-run.js';
import { call, drawPictures, type Ended, jsonLines, run, tempFolder } from '../cli.js';

const root = tempFolder();
const test = join(root, 'test');
let runPath: string;
let pictures: string;

beforeAll(async () => {
  ({ runPath, pictures } = await copyTiny(root));
  await drawPictures(test, 2, 6);
});

const evaluate = (...args: string[]): Promise<Ended> => call(evaluateCommand(), runPath, ...args);

interface Report {
  readonly retrieval: {
    readonly numQueries: number;
    readonly ks: readonly number[];
    readonly precision: readonly number[];
    readonly averagePrecision: number;
    readonly perClass: readonly { readonly label: string }[];
    readonly best: readonly string[];
    readonly worst: readonly string[];
  };
  readonly unlabelled: {
    readonly numPictures: number;
    readonly alignment: number;
    readonly bankSimilarity: number | null;
  };
}

describe('evaluate --measure retrieval', () => {
  it('reports precision, mAP, classes, and the best and worst queries, which it draws', async () => {
    const montage = join(root, 'drawn', 'montage.png');
    const args = ['--test', test, '--measure', 'retrieval', '--precision-at', '1,3', '--montage', montage, '--json'];
    const ended = await run(['evaluate', runPath, ...args]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [{ retrieval }] = jsonLines(ended) as unknown as [Report];
    expect(retrieval).toMatchObject({
      numReference: 72,
      numQueries: 24,
      numWithout: 0,
      ks: [1, 3],
      chance: expect.closeTo(1 / 12, 10),
    });
    expect(retrieval.perClass).toHaveLength(12);
    expect(retrieval.averagePrecision).toBeGreaterThan(0);
    expect(retrieval.averagePrecision).toBeLessThanOrEqual(1);
    expect(new Set([...retrieval.best, ...retrieval.worst]).size).toBe(10);
    for (const id of retrieval.best) expect(id.startsWith(test)).toBe(true);
    const { format, width, height } = await sharp(montage).metadata();
    expect(format).toBe('png');
    // Ten queries with ten pictures each, 112 pixels wide.
    expect(width).toBeGreaterThan(11 * 112);
    expect(height).toBeGreaterThan(10 * 112);
  });

  it('leaves a picture out of its own ranking, also where it is a copy elsewhere', async () => {
    const copies = join(root, 'copies');
    await cp(pictures, copies, { recursive: true });
    const reportOf = async (folder: string): Promise<Report['retrieval']> => {
      const ended = await evaluate('--test', folder, '--reference', pictures, '--measure', 'retrieval', '--json');
      return (jsonLines(ended) as unknown as [Report])[0].retrieval;
    };
    const own = await reportOf(pictures);
    expect(own).toMatchObject({ numQueries: 72, chance: expect.closeTo(5 / 71, 10) });
    const { best: _, worst: __, ...scores } = await reportOf(copies);
    expect(own).toMatchObject(scores);
  });

  it('prints a line a class, and says how many queries have no counterpart', async () => {
    const renamed = join(root, 'renamed');
    await cp(test, renamed, { recursive: true });
    await rename(join(renamed, 'cat'), join(renamed, 'tiger'));
    const { stdout } = await evaluate('--test', renamed, '--measure', 'retrieval');
    expect(stdout).toMatch(/^22 queries in 72 reference pictures:$/m);
    expect(stdout).toMatch(/^ {22}.*P@1 .*P@50 .*P@R .*mAP$/m);
    expect(stdout).toMatch(/^ {2}fish( +\d+\.\d %){7}$/m);
    expect(stdout).not.toMatch(/^ {2}cat/m);
    expect(stdout).toContain('2 queries of no class in the reference left out');
  });

  it('works with a single picture on each side', async () => {
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    await cp(join(test, 'cat', '00006.jpg'), join(one, 'cat', '1.jpg'));
    await cp(join(test, 'cat', '00007.jpg'), join(other, 'cat', '1.jpg'));
    const montage = join(root, 'one.png');
    const args = ['--test', one, '--reference', other, '--measure', 'retrieval', '--montage', montage, '--json'];
    const [{ retrieval }] = jsonLines(await evaluate(...args)) as unknown as [Report];
    expect(retrieval).toMatchObject({ ks: [1], precision: [1], averagePrecision: 1, worst: [] });
    expect(retrieval.best).toEqual([join(one, 'cat', '1.jpg')]);
    const { stdout } = await evaluate('--test', one, '--reference', other, '--measure', 'retrieval');
    expect(stdout).toContain('The reference has one class only: every order of it is right.');
    expect(await evaluate('--test', one, '--reference', one, '--measure', 'retrieval')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('expected a picture of whose class the reference has another, got none'),
    });
  });

  it('asks for test pictures, and for ranks that are counts', async () => {
    expect(await evaluate('--measure', 'retrieval')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--test'),
    });
    expect(await evaluate('--test', test, '--precision-at', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--precision-at: expected a positive integer'),
    });
  });
});

describe('evaluate --measure unlabelled', () => {
  it('needs nothing but the run, and says which way each measure is good', async () => {
    const ended = await evaluate('--measure', 'unlabelled');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = ended;
    expect(stdout).toMatch(/^72 of 72 training pictures, without their labels:$/m);
    expect(stdout).toMatch(/^ {2}alignment +\d\.\d{3} +lower is better/m);
    expect(stdout).toMatch(/^ {2}uniformity +-\d\.\d{2} +lower is better/m);
    expect(stdout).toMatch(/^ {2}effective rank +\d+\.\d +higher is better, up to 72/m);
    expect(stdout).toMatch(
      /^ {2}neighbour stability +\d+\.\d % +higher is calmer: of 10 neighbours the same at steps \d+ and \d+/m,
    );
    expect(stdout).toMatch(/^ {2}self-retrieval rank +[\d.]+ +lower is better: median among 72/m);
    expect(stdout).toMatch(/^ {2}bank similarity +-?\d\.\d{3} +higher is better/m);
    expect(stdout).toMatch(/^ {2}mean length +1\.000 +must be 1/m);
  });

  it('takes other pictures, as many as one likes, as JSON', async () => {
    const ended = await evaluate('--measure', 'unlabelled', '--test', test, '--sample', '10', '--json');
    const [{ unlabelled }] = jsonLines(ended) as unknown as [Report];
    expect(unlabelled).toMatchObject({
      numPictures: 10,
      of: 24,
      bankSimilarity: null,
      missing: { bankSimilarity: expect.stringContaining('the training only') },
    });
    expect(unlabelled.alignment).toBeGreaterThan(0);
  });

  it('gives the reason where there is no value', async () => {
    const flat = join(root, 'flat');
    await cp(join(test, 'cat', '00006.jpg'), join(flat, '1.jpg'));
    const { stdout } = await evaluate('--measure', 'unlabelled', '--test', flat);
    expect(stdout).toMatch(/^ {2}uniformity +– +needs two pictures or more$/m);
    await rm(flat, { recursive: true });
    expect(await evaluate('--measure', 'unlabelled', '--test', flat)).toMatchObject({ code: 3 });
  });
});
