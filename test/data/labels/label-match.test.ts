/** @file Which labels are of which pictures, and what is said of the others. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { matchLabels } from '#src/data/labels/label-match.js';
import { readLabels } from '#src/data/labels/labels.js';
import { useTempDir } from '../pictures.js';

const dir = useTempDir();
const IDS = ['/p/cat/1.jpg', '/p/cat/2.jpg', '/p/M\u00f6we.jpg', '/p/space.jpg '];

describe('matchLabels', () => {
  it.each([
    ['as it is', '/p/cat/1.jpg', '/p/cat/1.jpg'],
    ['in the decomposed spelling of macOS', '/p/Mo\u0308we.jpg', '/p/M\u00f6we.jpg'],
    ['with a space at its end that is none of the name', '/p/cat/2.jpg ', '/p/cat/2.jpg'],
    ['with a space at its end that is one of the name', '/p/space.jpg ', '/p/space.jpg '],
    ['with the separators of Windows', '/p/cat\\2.jpg', '/p/cat/2.jpg'],
  ])('finds a path %s', (_, path, id) => {
    const { labels, report } = matchLabels(new Map([[path, 'x']]), IDS);
    expect(labels).toEqual(new Map([[id, 'x']]));
    expect(report).toMatchObject({ numLabels: 1, numUnmatched: 0, unmatched: [], reason: undefined });
  });

  it('counts the labels of no picture, and gives examples', () => {
    const others = Array.from({ length: 50 }, (_, i): [string, string] => [`/q/${i}.jpg`, 'x']);
    const { labels, report } = matchLabels(new Map([['/p/cat/1.jpg', 'a'], ...others]), IDS);
    expect(labels.size).toBe(1);
    expect(report).toMatchObject({ file: 'labels', numLabels: 51, numUnmatched: 50 });
    expect(report.unmatched).toEqual(others.slice(0, 20).map(([path]) => path));
  });

  it.each([
    ['other capitals', '/p/cat/1.JPG', 'the picture is /p/cat/1.jpg, with other capitals'],
    ['another extension', '/p/cat/1.png', 'the picture is /p/cat/1.jpg, with another extension'],
    ['another folder', '/q/cat/1.jpg', 'there is a picture /p/cat/1.jpg; paths are absolute or relative to'],
    ['no such file', '/q/cat/9.jpg', 'no such file'],
    ['a file of another folder', import.meta.filename, 'that file is not among these pictures'],
  ])('says why where it is %s', (_, path, reason) => {
    const { report } = matchLabels(
      new Map([
        ['/p/cat/2.jpg', 'a'],
        [path, 'b'],
      ]),
      IDS,
    );
    expect(report.reason).toContain(`${path}: ${reason}`);
  });

  it('says that a path may be of several pictures whose names are of other bytes', () => {
    const ids = ['/p/1.jpg', '/p/Mo\u0308we.jpg', '/p/M\u00f6we.jpg'];
    const labels = new Map([
      ['/p/1.jpg', 'a'],
      ['/p/M\ueff6we.jpg', 'b'],
    ]);
    const { reason } = matchLabels(labels, ids).report;
    expect(reason).toContain('the picture is /p/Mo\u0308we.jpg, or another of that name in other bytes');
  });

  it('says what paths in a file are relative to', async () => {
    const file = join(dir(), 'labels.csv');
    await writeFile(file, 'path,label\ncat/1.jpg,a\n/p/cat/2.jpg,b\n');
    const { report } = matchLabels(await readLabels(file), IDS);
    expect(report).toMatchObject({ file, numUnmatched: 1, unmatched: [join(dir(), 'cat/1.jpg')] });
    expect(report.reason).toContain('there is a picture /p/cat/1.jpg; paths are absolute or relative to the folder');
  });

  it('refuses labels of which none is of a picture, with the reason', () => {
    const matching = (): unknown => matchLabels(new Map([['/p/CAT/1.jpg', 'a']]), IDS);
    expect(matching).toThrow(DataError);
    expect(matching).toThrow(
      'labels: expected the paths of pictures such as /p/cat/1.jpg, got 1 others. /p/CAT/1.jpg: the picture is /p/cat/1.jpg, with other capitals.',
    );
  });

  it('refuses two labels for a picture by two spellings of its path, but not one twice', () => {
    const labels = (second: string): Map<string, string> =>
      new Map([
        ['/p/M\u00f6we.jpg', 'a'],
        ['/p/Mo\u0308we.jpg', second],
      ]);
    expect(() => matchLabels(labels('b'), IDS)).toThrow(
      "labels: expected one label for /p/M\u00f6we.jpg, got 'a' and 'b', by two spellings of its path",
    );
    expect(matchLabels(labels('a'), IDS).labels.size).toBe(1);
  });

  it('takes other names that pictures have in the table', () => {
    const { labels } = matchLabels(new Map([['/csv/1.jpg', 'a']]), IDS, new Map([['/csv/1.jpg', '/p/cat/1.jpg']]));
    expect(labels).toEqual(new Map([['/p/cat/1.jpg', 'a']]));
  });
});
