import { describe, expect, it } from 'vitest';
import { compare } from '../../bench/compare.ts';
import type { PartRows } from '../../bench/report.ts';

/** A measurement of one work, with the figures of its rounds. */
function measured(figures: readonly number[], { work = 'w16', unit = 'pictures/s', share = 0.5 } = {}): PartRows[] {
  const figure = figures[Math.floor(figures.length / 2)]!;
  return [{ part: 'train', rows: [{ work, figure, figures, unit, reached: 1, ceiling: 2, ceilingUnit: 'x', share }] }];
}

describe('compare', () => {
  it('pairs what was measured by turns, so that a machine that slows down for both changes no ratio', () => {
    const [part] = compare(measured([100, 50, 200]), measured([110, 55, 220]), { byTurns: true });
    expect(part!.rows[0]).toMatchObject({ ratio: 1.1, spread: [1.1, 1.1] });
  });

  it('compares each with each where they were measured at different times', () => {
    const [part] = compare(measured([100, 200]), measured([100, 200]), { byTurns: false });
    expect(part!.rows[0]).toMatchObject({ ratio: 1, spread: [0.5, 2] });
  });

  it.each(['s', 'MiB'])('counts fewer %s as better', (unit) => {
    const [part] = compare(measured([4], { unit }), measured([2], { unit }), { byTurns: true });
    expect(part!.rows[0]).toMatchObject({ before: 4, now: 2, ratio: 2 });
  });

  it('names what only one of the two has measured, and compares no other work with it', () => {
    const [part] = compare(measured([1], { work: 'w64' }), measured([1]), { byTurns: false });
    expect(part).toEqual({ part: 'train', rows: [], alone: ['w16', 'w64'] });
    expect(compare([], measured([1]), { byTurns: false })[0]!.alone).toEqual(['w16']);
  });
});
