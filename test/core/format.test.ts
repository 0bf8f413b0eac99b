import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate, percent, plural } from '#src/core/format.js';

it.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [200, '3 min 20 s'],
  [3599.6, '1 h 0 min'],
  [7500, '2 h 5 min'],
  [86_399, '1 d 0 h'],
  [273_600, '3 d 4 h'],
])('formats a duration of %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('formats counts with commas', () => {
  expect(formatCount(50_000)).toBe('50,000');
  expect(formatCount(7)).toBe('7');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [9960, '10 kB'],
  [999_600, '1.0 MB'],
  [44_700_000, '45 MB'],
  [5.12e8, '512 MB'],
  [2e15, '2000 TB'],
])('formats %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0.25, '0.25 pictures/s'],
  [0.996, '1.0 pictures/s'],
  [3.21, '3.2 pictures/s'],
  [41.2, '41 pictures/s'],
  [12_345, '12,345 pictures/s'],
])('formats a rate of %d as %s', (rate, text) => {
  expect(formatRate(rate, 'pictures')).toBe(text);
});

it.each([
  [0, '0 pictures'],
  [1, '1 picture'],
  [3600, '3,600 pictures'],
])('counts %d in words as %s', (count, text) => {
  expect(plural(count, 'picture')).toBe(text);
});

it('takes the plural that is given where it is no s', () => {
  expect([1, 2].map((count) => plural(count, 'class', 'classes'))).toEqual(['1 class', '2 classes']);
});

it('formats a share with the digits it is asked for', () => {
  expect(percent(0.4125)).toBe('41.3 %');
  expect(percent(0.4125, 0)).toBe('41 %');
});
