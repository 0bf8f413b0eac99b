import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LOSS_NAMES } from '#src/method/losses/named-losses.js';

const ROOT = join(import.meta.dirname, '../../..');
const NAMES = LOSS_NAMES.join('|');
/** Comparing a value with a name, looking a loss up in a list, a table with an entry for a name. */
const ASKING = [
  new RegExp(`(?:[!=]==?|\\bcase) ['"\`](?:${NAMES})['"\`]`),
  /\.includes\((?:\w+\.)*loss\b/,
  new RegExp(`^ +(?:${LOSS_NAMES.filter((name) => name !== 'batch').join('|')}): (?!string|number)`, 'm'),
];

function asking(text: string): boolean {
  return ASKING.some((pattern) => pattern.test(text));
}

it.each([
  "if (settings.loss === 'nce') return;",
  "  case 'batch':",
  'DRAWING.includes(settings.loss)',
  "const words = {\n  softmax: 'all',",
])('sees who asks for a loss by its name: %s', (text) => {
  expect(asking(text)).toBe(true);
});

it('nobody outside method/losses asks which loss it is', () => {
  const files = ['src', 'web/src'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
  );
  // In a style sheet the same words are properties of CSS.
  const sources = files.filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith(join('src', 'method', 'losses')) && !/style\.ts$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((file) => asking(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
