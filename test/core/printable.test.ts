import { expect, it } from 'vitest';
import { printable, printableJson, printableLines } from '#src/core/printable.js';

it.each([
  ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['\u009b31mred', '\\u009b31mred'],
  ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
  ['\u007f', '\\u007f'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['photo\u202egpj.exe', 'photo\\u202egpj.exe'],
  ['\u2066\u2069', '\\u2066\\u2069'],
])('shows %j as %s, and leaves that as it is', (text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(shown)).toBe(shown);
});

it('leaves alone what can be seen, in any script', () => {
  const text = 'C:\\Möwe "é" 日本 🐈‍⬛ שלום';
  expect(printable(text)).toBe(text);
});

it('keeps the lines of a stack', () => {
  expect(printableLines('a\u001b\n  at b\r')).toBe('a\\u001b\n  at b\\r');
});

it('escapes JSON to JSON of the same value', () => {
  const value = { 'a\u009b': ['\u001b[2J', '\u202e', '\u007f', 'ö'] };
  const json = printableJson(value);
  expect(json).toMatch(/^[ -~ö]*$/);
  expect(JSON.parse(json)).toEqual(value);
});
