/** @file Where pictures lie, by the paths of Windows: drive letters, backslashes, shares of a network, long paths. */
import { resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { matchLabels } from '#src/data/labels/label-match.js';
import { classOfPlace, type Place } from '#src/data/scan/class-folders.js';
import { coverage } from '#src/data/scan/coverage.js';
import { belowBase, Exclusion } from '#src/data/scan/exclusion.js';
import { baseOfEach, movedWord, USUAL_RULES, withExcluded } from '#src/data/scan/scan-rules.js';

vi.mock('node:path', async (actual) => {
  const { win32 } = await actual<typeof import('node:path')>();
  return { ...win32, default: win32 };
});

const ROOTS = ['C:\\photos', '\\\\nas\\share\\photos', '\\\\?\\C:\\photos', 'C:\\'];

it.each(ROOTS)('leaves out by names and by paths below %s', (root) => {
  const folder = root.endsWith('\\') ? root : `${root}\\`;
  const words = ['*.png', 'masks\\', 'raw\\2019', `${folder}old`, '!keep.png'];
  const rules = withExcluded(USUAL_RULES, words, [root]);
  const isExcluded = new Exclusion(rules).below(root);
  const found = ['a.PNG', 'keep.png', 'masks/', 'x/masks/', 'raw/2019/', 'x/raw/2019/', 'old/', 'x/old/', '@eaDir/'];
  const left = found.filter((name) => !isExcluded(name.replace(/\/$/, ''), name.endsWith('/'), `${folder}${name}`));
  expect(left).toEqual(['keep.png', 'x/raw/2019/', 'x/old/']);
  expect(belowBase(root, `${folder}x\\raw\\1.jpg`)).toBe('x/raw/1.jpg');
});

it('counts names from the folder that several given paths are in', () => {
  const given = ['C:\\photos\\cat', 'C:\\photos\\dog', 'D:\\photos\\cat', '\\\\nas\\share\\cat'];
  expect([...baseOfEach(given).values()]).toEqual([
    'C:\\photos',
    'C:\\photos',
    'D:\\photos\\cat',
    '\\\\nas\\share\\cat',
  ]);
});

it('gives classes by folders, as photos/* has them', () => {
  const place = (given: string, ...names: string[]): Place => ({ given, names });
  const [cat, dog] = [place('C:\\photos\\cat'), place('C:\\photos\\dog')];
  const [train, val] = [place('D:\\set', 'train', 'cat'), place('D:\\set', 'val', 'dog')];
  const classOf = classOfPlace(new Map([cat, dog, train, val].map((each) => [each, 9])), 'telling');
  expect([cat, dog, train, val].map(classOf)).toEqual(['cat', 'dog', 'cat', 'dog']);
});

it('moves words that are paths', () => {
  const move = (path: string): string | undefined =>
    path.startsWith('C:\\old\\') ? path.replace('C:\\old', 'D:\\new') : undefined;
  expect(['C:/old/masks/', '!C:/old/a.png', '*.png'].map((word) => movedWord(word, move))).toEqual([
    ...['D:/new/masks/', '!D:/new/a.png', '*.png'],
  ]);
});

it('finds labels by either slash', () => {
  const ids = ['C:\\photos\\cat\\1.jpg', 'C:\\photos\\dog\\2.jpg'];
  const labels = new Map([
    [resolve('C:/photos/cat/1.jpg'), 'cat'],
    ['C:\\photos\\dog\\2.jpg', 'dog'],
  ]);
  expect([...matchLabels(labels, ids).labels]).toEqual([
    [ids[0], 'cat'],
    [ids[1], 'dog'],
  ]);
});

it('knows what an index covers', () => {
  const covers = coverage(['C:\\photos', '\\\\nas\\share'], ['C:\\photos\\locked']);
  const paths = ['C:\\photos\\1.jpg', 'C:\\photos2\\1.jpg', '\\\\nas\\share\\x\\1.jpg', 'C:\\photos\\locked\\1.jpg'];
  expect(paths.map(covers)).toEqual([true, false, true, false]);
});
