import { describe, expect, it } from 'vitest';
import { PURPOSES, philox, Random } from '#src/core/random.js';

/** χ² of observed counts against equal expected ones, as standard deviations from its mean. */
function chiSquaredDeviation(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  const chiSquared = counts.reduce((s, count) => s + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chiSquared - freedom) / Math.sqrt(2 * freedom);
}

describe('philox', () => {
  // The known answers that come with the authors' Random123 library (kat_vectors, philox4x32, 10 rounds).
  const cases: [number[], [number, number], number[]][] = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [Array(4).fill(0xffffffff), [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  for (const [counter, key, answer] of cases) {
    it(`gives the published answer for counter ${counter.map((word) => word.toString(16)).join(' ')}`, () => {
      const block = Uint32Array.from(counter);
      philox(block, ...key);
      expect([...block]).toEqual(answer);
    });
  }
});

describe('Random', () => {
  it('repeats a stream from its key', () => {
    const draw = (): number[] => {
      const random = new Random(3, 'augment', 4, 5);
      return Array.from({ length: 10 }, () => random.uint32());
    };
    expect(draw()).toEqual(draw());
  });

  it('gives another stream for another seed, purpose or coordinate', () => {
    const keys: [number, (typeof PURPOSES)[number], number, number][] = [
      [0, 'init', 0, 0],
      [1, 'init', 0, 0],
      [0, 'init', 1, 0],
      [0, 'init', 0, 1],
      ...PURPOSES.slice(1).map((purpose) => [0, purpose, 0, 0] as [number, typeof purpose, number, number]),
    ];
    const firstWords = keys.map((key) => new Random(...key).uint32());
    expect(new Set(firstWords).size).toBe(keys.length);
  });

  it('has streams that do not correlate', () => {
    const n = 20_000;
    const [a, b] = [new Random(1, 'shuffle', 0), new Random(1, 'shuffle', 1)];
    let product = 0;
    for (let i = 0; i < n; i++) product += a.normal() * b.normal();
    expect(Math.abs(product / Math.sqrt(n))).toBeLessThan(4);
  });

  it('is uniform between its bounds', () => {
    const random = new Random(2, 'sample');
    const counts = Array(50).fill(0) as number[];
    for (let i = 0; i < 50_000; i++) {
      const x = random.uniform(-1, 3);
      expect(x >= -1 && x < 3).toBe(true);
      counts[Math.floor(((x + 1) / 4) * 50)]!++;
    }
    expect(Math.abs(chiSquaredDeviation(counts))).toBeLessThan(4);
  });

  it('gives every integer below n equally often, also where n does not divide 2^32', () => {
    const random = new Random(4, 'sample');
    const counts = Array(7).fill(0) as number[];
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++;
    expect(Math.abs(chiSquaredDeviation(counts))).toBeLessThan(4);
  });

  it('has normals with the moments of the normal distribution', () => {
    const random = new Random(5, 'sample');
    const n = 100_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      for (let power = 1; power <= 4; power++) moments[power - 1]! += z ** power / n;
    }
    [0, 1, 0, 3].forEach((moment, i) => {
      // The variance of z^k is (2k − 1)!! − moment², at most 96 for the fourth.
      expect(Math.abs(moments[i]! - moment)).toBeLessThan(4 * Math.sqrt([1, 2, 15, 96][i]! / n));
    });
  });

  it('permutes: each number once, each place equally likely', () => {
    const counts = Array(25).fill(0) as number[];
    for (let trial = 0; trial < 10_000; trial++) {
      const order = new Random(6, 'shuffle', trial).permutation(5);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      order.forEach((number, place) => {
        counts[place * 5 + number]!++;
      });
    }
    expect(Math.abs(chiSquaredDeviation(counts))).toBeLessThan(4);
  });

  it('permutes nothing and one thing', () => {
    expect([...new Random(0, 'shuffle').permutation(0)]).toEqual([]);
    expect([...new Random(0, 'shuffle').permutation(1)]).toEqual([0]);
  });
});
