import { existsSync } from 'node:fs';
import { copyFile, cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifyCommand } from '#src/cli/commands/classify.js';
import { duplicatesCommand } from '#src/cli/commands/duplicates.js';
import { mapCommand } from '#src/cli/commands/map.js';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { openCollection } from '#src/collection/open-collection.js';
import { storeLabels } from '#src/collection/stored-labels.js';
import { openRun } from '#src/run/open-run.js';
import { trainOn } from '../server/tiny-run.js';
import { call, drawPictures, type Ended, jsonLines, run, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const runPath = join(root, 'run');
const original = join(pictures, 'cat', '00001.jpg');
const copy = join(pictures, 'fish', 'copy.jpg');

const rowsOf = async (file: string): Promise<Record<string, string>[]> =>
  parse(await readFile(file, 'utf8'), { columns: true });

beforeAll(async () => {
  await drawPictures(pictures, 4);
  await copyFile(original, copy);
  await trainOn(pictures, runPath, 1);
});

const duplicates = (...args: string[]): Promise<Ended> => call(duplicatesCommand(), runPath, ...args);
const classify = (...args: string[]): Promise<Ended> => call(classifyCommand(), runPath, ...args);
const map = (...args: string[]): Promise<Ended> => call(mapCommand(), runPath, ...args);

describe('duplicates', () => {
  it('finds a copied file whatever its features, lists and draws it, and deletes nothing', async () => {
    const [out, montage] = [join(root, 'lists', 'duplicates.csv'), join(root, 'duplicates.png')];
    const ended = await run(['duplicates', runPath, '--threshold', '1', '--out', out, '--montage', montage]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('1 group in 49 pictures. If the best of each stays, 1 picture could go.');
    expect(ended.stdout).toContain('1 group of pictures that are the same:');
    expect(ended.stdout).toMatch(/2 pictures, the same file:\n {2}stays {2}.*cat\/00001\.jpg {2}\(oldest: changed /);
    const group = { group: '1', kind: 'same', similarity: '1.0000', exact: 'yes', relation: '' };
    expect(await rowsOf(out)).toEqual([
      { ...group, stays: 'yes', reason: expect.stringMatching(/^oldest: /), path: original, label: 'cat' },
      { ...group, stays: 'no', reason: expect.stringMatching(/^newer: /), path: copy, label: 'fish' },
    ]);
    expect((await sharp(montage).metadata()).format).toBe('png');
    expect((await readdir(join(pictures, 'fish'))).sort()).toContain('copy.jpg');
  });

  it('finds more at a lower threshold, as JSON', async () => {
    const [report] = jsonLines(await duplicates('--threshold', '0.2', '--json')) as [
      { threshold: number; numSpare: number; groups: { similarity: number; exact: boolean; paths: string[] }[] },
    ];
    expect(report.threshold).toBe(0.2);
    expect(report.groups.flatMap(({ paths }) => paths).length - report.groups.length).toBe(report.numSpare);
    for (const { similarity } of report.groups) expect(similarity).toBeGreaterThanOrEqual(0.2);
  });

  it('takes the threshold that is the run’s own where none is given, and says how well it does', async () => {
    const ended = await duplicates();
    expect(ended).toMatchObject({ code: 0 });
    const said = /The threshold ([\d.]+) is found from the run's own pictures: of 147 copies made of some, \d+ % are/;
    const [report] = jsonLines(await duplicates('--json')) as [
      { source: string; threshold: number; calibration: { threshold: number; found: number; falselyFound: number } },
    ];
    expect(report.source).toBe('features');
    expect(report.calibration.threshold).toBe(report.threshold);
    expect(Number(said.exec(ended.stdout)?.[1])).toBe(report.threshold);
    expect(jsonLines(await duplicates('--threshold', '0.5', '--json'))[0]).not.toHaveProperty('calibration');
  });

  it('keeps the copy that the rules say, of references all, and says which words are no rules', async () => {
    const told = async (...args: string[]): Promise<(readonly [string, boolean, string])[]> => {
      const [report] = jsonLines(await duplicates('--only', 'same', '--json', ...args)) as [
        { groups: { pictures: { path: string; stays: boolean; reason: string }[] }[] },
      ];
      return report.groups.flatMap((group) =>
        group.pictures.map(({ path, stays, reason }) => [path, stays, reason] as const),
      );
    };
    const fish = join(pictures, 'fish');
    expect(await told('--keep', 'largest', 'under', fish)).toEqual([
      [original, false, `not under ${fish}`],
      [copy, true, `under ${fish}`],
    ]);
    expect(await told('--keep', 'first-path')).toEqual([
      [original, true, 'first path'],
      [copy, false, 'later path'],
    ]);
    expect(await told('--keep', 'first-path', '--reference', fish)).toEqual([
      [original, false, 'its like is in a reference folder'],
      [copy, true, 'in a reference folder'],
    ]);
    expect(await told('--reference', fish, '--reference', pictures)).toEqual([]);
    expect(await duplicates('--keep', 'biggest')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "--keep: expected largest, newest, oldest, first-path, under DIR, got 'biggest'.",
      ),
    });
    expect(await duplicates('--reference', join(root, 'nowhere'))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--reference: expected a folder that is there'),
    });
  });

  it('moves what could go, keeps in mind that it did, and puts it back; and all stay of which that is said', async () => {
    const same = ['--only', 'same'];
    const planned = await duplicates(...same, '--move-to', join(root, 'twice'));
    expect(planned.stdout).toMatch(/Would move 1 picture:\n.*copy\.jpg → .*twice\/fish\/copy\.jpg\n/);
    const loose = await duplicates('--threshold', '0.2', '--move-to', join(root, 'twice'));
    expect(loose.stdout).toMatch(/Would move 1 picture:\n/);
    expect(loose.stderr).toMatch(
      /^\d+ pictures left alone that may only be similar: look at them; --similar takes them/m,
    );
    const all = await duplicates('--threshold', '0.2', '--similar', '--move-to', join(root, 'twice'));
    expect(all.stdout).toMatch(/Would move \d\d pictures:\n/);
    expect(existsSync(copy)).toBe(true);
    const { mtimeMs } = await stat(copy);
    const done = await duplicates(...same, '--move-to', join(root, 'twice'), '--yes', '--json');
    const to = join(root, 'twice', 'fish', 'copy.jpg');
    expect(jsonLines(done)).toMatchObject([
      { carriedOut: { act: 'move', isDone: true, outcomes: [{ path: copy, to }] } },
    ]);
    expect([existsSync(copy), existsSync(to)]).toEqual([false, true]);
    expect((await duplicates(...same)).stdout).toContain('None of 49 pictures is the same as another');
    expect((await duplicates('--undo')).stdout).toContain('Put back 1 picture.');
    expect((await stat(copy)).mtimeMs).toBe(mtimeMs);
    expect((await duplicates('--undo')).stdout).toContain('There is nothing to undo.');

    expect(await duplicates(...same, '--keep-all', copy)).toMatchObject({
      stdout: expect.stringContaining('1 group left out, of which you said to keep all; --decided shows them.'),
    });
    expect((await duplicates(...same, '--decided')).stdout).toContain('all of them stay, as was said');
    expect((await duplicates(...same, '--forget', copy)).stdout).toContain('1 group in 49 pictures');
    expect(await duplicates('--keep-all', join(root, 'nowhere.jpg'))).toMatchObject({ code: 3 });
    expect(await duplicates('--trash', '--hardlink')).toMatchObject({ code: 2 });
    expect(await duplicates('--similar')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--similar: expected'),
    });
    expect(await duplicates('--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes: expected') });
  });

  it.each(['1.5', ''])("refuses the threshold '%s'", async (threshold) => {
    expect(await duplicates('--threshold', threshold)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--threshold: '),
    });
  });
});

describe('classify', () => {
  it('labels all from two, the most doubtful first, and reads back what it wrote', async () => {
    const [few, out] = [join(root, 'few.csv'), join(root, 'all.csv')];
    // One path absolute, one as it is below the folder of the pictures; commas and quotes are what labels may hold.
    await writeFile(few, `path,label\n${original},"a ""cat"", perhaps"\ntree/00002.jpg,tree\n`);
    const ended = await classify('--labels', few, '--out', out);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('47 labels proposed from 2 labels given, of 2 classes:');
    const rows = await rowsOf(out);
    expect(rows).toHaveLength(49);
    const proposed = rows.filter(({ source }) => source === 'proposed');
    const confidences = proposed.map(({ confidence }) => Number(confidence));
    expect(confidences).toEqual([...confidences].sort((a, b) => a - b));
    expect(rows.slice(47).map(({ path, label, source }) => [path, label, source])).toEqual([
      [original, 'a "cat", perhaps', 'given'],
      [join(pictures, 'tree', '00002.jpg'), 'tree', 'given'],
    ]);
    const again = jsonLines(await classify('--labels', out, '--json'));
    expect(again).toMatchObject([{ numGiven: 49, proposals: [] }]);
  });

  it('takes the labels that were given on the page where no file is given', async () => {
    expect(await classify()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('expected labels that were given'),
    });
    const trained = await openRun(runPath, { threads: 1 });
    const collection = await openCollection(trained);
    const [first, last] = [collection.pictures[0]!, collection.pictures.at(-1)!];
    await storeLabels(runPath, [
      { picture: first, label: 'one' },
      { picture: last, label: 'two' },
    ]);
    await trained.release();
    expect(jsonLines(await classify('--json'))).toMatchObject([{ classes: ['one', 'two'], numGiven: 2 }]);
  });

  it('gives a spreadsheet nothing to compute, unless it is asked to, and reads both', async () => {
    const [few, safe, raw] = ['few', 'safe', 'raw'].map((name) => join(root, `formula-${name}.csv`)) as [
      string,
      string,
      string,
    ];
    await writeFile(few, `path,label\n${original},=1+1\ntree/00002.jpg,@tree\n`);
    await classify('--labels', few, '--out', safe);
    await classify('--labels', few, '--out', raw, '--raw-csv', '--excel');
    expect(new Set((await rowsOf(safe)).map(({ label }) => label))).toEqual(new Set(["'=1+1", "'@tree"]));
    const text = await readFile(raw, 'utf8');
    expect(text).toMatch(/^\ufeffpath,label,/);
    expect(text).toContain(',=1+1,');
    for (const file of [safe, raw]) {
      const [report] = jsonLines(await classify('--labels', file, '--json'));
      expect(report).toMatchObject({ classes: ['=1+1', '@tree'], numGiven: 49, numUnknown: 0 });
    }
  });

  it('passes over paths that are not in the run and says so, and refuses if there are no others', async () => {
    const [mixed, strange] = [join(root, 'mixed.csv'), join(root, 'strange.csv')];
    await writeFile(mixed, `path,label\n${original},cat\nelsewhere.jpg,dog\n`);
    const ended = await classify('--labels', mixed, '--json');
    expect(ended.stderr).toMatch(/mixed\.csv: 1 of 2 labels is of no picture here/);
    expect(jsonLines(ended)).toMatchObject([{ classes: ['cat'], numGiven: 1, numUnknown: 1 }]);
    await writeFile(strange, 'path,label\nelsewhere.jpg,dog\n');
    expect(await classify('--labels', strange)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('strange.csv: expected the paths of pictures such as'),
    });
  });
});

describe('map', () => {
  it('draws from its file what is damaged in the cache, and says so', async () => {
    const [damaged, out] = [join(root, 'damaged'), join(root, 'damaged.png')];
    await cp(runPath, damaged, { recursive: true });
    const pixels = join(damaged, 'cache', 'pixels.bin');
    const bytes = await readFile(pixels);
    bytes[0]! ^= 1;
    await writeFile(pixels, bytes);
    const { code, stderr } = await call(mapCommand(), damaged, '--out', out);
    expect(code).toBe(0);
    expect(stderr).toMatch(/ Until then pictures are drawn from their files\.\n$/);
    expect(stderr).toContain(`${pixels}: expected the pixels of picture 0, of CRC-32`);
  });

  it('draws thumbnails, then points from the map it has kept', async () => {
    const [thumbnails, points] = [join(root, 'maps', 'a.png'), join(root, 'maps', 'b.png')];
    expect(await map('--out', thumbnails)).toMatchObject({ code: 0 });
    expect(await readdir(runPath)).toContain('map.arrow');
    const ended = await map('--out', points, '--no-thumbnails', '--by', 'outlier', '--json');
    expect(jsonLines(ended)).toMatchObject([{ out: points, numPictures: 49, by: 'outlier' }]);
    for (const file of [thumbnails, points]) {
      expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 1996 });
      expect((await sharp(file).stats()).channels.every(({ min, max }) => max - min > 150)).toBe(true);
    }
  });

  it.each([
    ['another ending', ['--out', 'map.svg'], 'map.svg: expected a file name ending in .png, got .svg\n'],
    ['a page, and says what there is instead', ['--out', 'map.html'], '--export site writes it as files.'],
    ['another colouring', ['--out', 'map.png', '--by', 'size'], '--by: expected label, cluster, density, outlier'],
  ])('refuses %s', async (_, args, message) => {
    expect(await map(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('with an index', () => {
  it('all of them answer about its pictures', async () => {
    const more = join(root, 'more');
    await drawPictures(more, 1, 8);
    await copyFile(join(more, 'boat', '00008.jpg'), join(more, 'boat', 'copy.jpg'));
    const trained = await openRun(runPath, { threads: 1 });
    await indexPictures(trained, [more]);
    await trained.release();

    const [{ groups }] = jsonLines(await duplicates('--threshold', '1', '--json')) as [
      { groups: { paths: string[] }[] },
    ];
    expect(groups.map(({ paths }) => paths)).toEqual([
      [join(more, 'boat', '00008.jpg'), join(more, 'boat', 'copy.jpg')],
    ]);

    const [few, out] = [join(root, 'of-index.csv'), join(root, 'all-of-index.csv')];
    await writeFile(few, `path,label\n${join(more, 'cat', '00008.jpg')},cat\ntree/00008.jpg,tree\n${original},cat\n`);
    const [report] = jsonLines(await classify('--labels', few, '--out', out, '--json'));
    expect(report).toMatchObject({ numGiven: 2, numUnknown: 1 });
    const paths = (await rowsOf(out)).map(({ path }) => path!);
    expect(paths).toHaveLength(13);
    for (const path of paths) expect(path.startsWith(more)).toBe(true);

    const drawn = join(root, 'of-index.png');
    expect(jsonLines(await map('--out', drawn, '--json'))).toMatchObject([{ out: drawn, numPictures: 13 }]);
    expect((await sharp(drawn).metadata()).format).toBe('png');
  });
});
