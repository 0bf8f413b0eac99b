import { describe, expect, it } from 'vitest';
import { bestCopy, type Copy, isBelow, KEEP_RULES, keepUnder } from '#src/collection/duplicates/keep-rules.js';

const rule = (name: string) => KEEP_RULES.find((one) => one.name === name)!;
const copies: Copy[] = [
  { path: '/p/b.jpg', width: 40, height: 30, bytes: 900, changed: '2020-01-02T00:00:00.000Z' },
  { path: '/p/a.jpg', width: 40, height: 30, bytes: 800, changed: '2020-01-01T00:00:00.000Z' },
  { path: '/q/c.jpg', width: 20, height: 15, bytes: 990, changed: '2020-01-03T00:00:00.000Z' },
];

describe('the best copy', () => {
  it.each([
    ['largest', 0, ['largest file: 900 B', 'smaller file: 800 B', 'smaller: 20 × 15 pixels']],
    [
      'newest',
      2,
      [
        'older: changed 2020-01-02 00:00:00',
        'older: changed 2020-01-01 00:00:00',
        'newest: changed 2020-01-03 00:00:00',
      ],
    ],
    [
      'oldest',
      1,
      [
        'newer: changed 2020-01-02 00:00:00',
        'oldest: changed 2020-01-01 00:00:00',
        'newer: changed 2020-01-03 00:00:00',
      ],
    ],
    ['first-path', 1, ['later path', 'first path', 'later path']],
  ])('by %s', (name, best, reasons) => {
    expect(bestCopy(copies, [rule(name)])).toEqual({ best, reasons });
  });

  it('by a folder, of which ties go to the next rule', () => {
    expect(bestCopy(copies, [keepUnder('/q')]).best).toBe(2);
    expect(bestCopy(copies, [keepUnder('/p'), rule('oldest')])).toEqual({
      best: 1,
      reasons: ['newer: changed 2020-01-02 00:00:00', 'oldest: changed 2020-01-01 00:00:00', 'not under /p'],
    });
  });

  it('by when pictures were taken only where all say so, and never for what is not known', () => {
    const taken = copies.map((copy, i) => ({ ...copy, taken: `2019-01-0${3 - i}T00:00:00` }));
    expect(bestCopy(taken, [rule('oldest')]).best).toBe(2);
    expect(bestCopy([...taken.slice(0, 2), copies[2]!], [rule('oldest')]).best).toBe(1);
    expect(bestCopy([{ path: '/p/gone.jpg' }, copies[2]!], [rule('oldest')])).toEqual({
      best: 1,
      reasons: ['newer: not known when', 'oldest: changed 2020-01-03 00:00:00'],
    });
    expect(bestCopy([{ path: '/p/gone.jpg' }, copies[2]!], [rule('newest')]).best).toBe(1);
  });

  it('without rules by size, age and path', () => {
    expect(bestCopy(copies, []).best).toBe(0);
    const alike = copies.slice(0, 2).map(({ path }) => ({ path, width: 1, height: 1, bytes: 1, changed: 'then' }));
    expect(bestCopy(alike, [])).toEqual({ best: 1, reasons: ['later path', 'first path'] });
  });
});

it('a path is below a folder, not below one whose name only begins alike', () => {
  expect([isBelow('/p/a', '/p'), isBelow('/p', '/p'), isBelow('/pa', '/p'), isBelow('/a', '/')]).toEqual([
    ...[true, true, false, true],
  ]);
});
