import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { AliasTable } from '#src/method/losses/alias.js';

const DRAWS = 60_000;

function counts(weights: readonly number[]): number[] {
  const table = new AliasTable(Float64Array.from(weights));
  const random = new Random(4, 'negatives');
  const drawn = new Array<number>(weights.length).fill(0);
  for (let i = 0; i < DRAWS; i++) drawn[table.draw(random)]!++;
  return drawn;
}

describe('AliasTable', () => {
  const distributions: Record<string, readonly number[]> = {
    uniform: [1, 1, 1, 1, 1, 1, 1],
    'of powers of two': [1, 2, 4, 8, 16, 32],
    'with one heavy image': [1, 1, 1, 1000, 1],
    'of random weights': Array.from({ length: 50 }, (_, i) => 0.1 + new Random(9, 'sample', i).uniform()),
  };
  for (const [name, weights] of Object.entries(distributions)) {
    it(`draws from a distribution ${name} as often as its weights say`, () => {
      const total = weights.reduce((a, b) => a + b, 0);
      counts(weights).forEach((count, i) => {
        const p = weights[i]! / total;
        expect(Math.abs(count - DRAWS * p)).toBeLessThan(4.5 * Math.sqrt(DRAWS * p * (1 - p)));
      });
    });
  }

  it('draws the only image there is', () => {
    expect(counts([0.3])).toEqual([DRAWS]);
  });

  it('draws the same for weights in proportion', () => {
    expect(counts([2, 4, 6])).toEqual(counts([1, 2, 3]));
  });
});
