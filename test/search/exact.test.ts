import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { searchExact } from '#src/search/exact.js';

function normals(count: number, stream: number): Float32Array {
  const random = new Random(11, 'sample', stream);
  return Float32Array.from({ length: count }, () => random.normal());
}

describe('searchExact', () => {
  it('finds the largest dot products, over several blocks of rows', () => {
    const dim = 7;
    const queries = normals(3 * dim, 0);
    const rows = normals(600 * dim, 1);
    const { indices, scores } = searchExact({ queries, rows, dim, k: 5 });
    for (let query = 0; query < 3; query++) {
      const products = Array.from({ length: 600 }, (_, row) => {
        let sum = 0;
        for (let i = 0; i < dim; i++) sum += queries[query * dim + i]! * rows[row * dim + i]!;
        return sum;
      });
      const expected = [...products.keys()].sort((a, b) => products[b]! - products[a]!).slice(0, 5);
      expect([...indices.subarray(query * 5, query * 5 + 5)]).toEqual(expected);
      expected.forEach((row, rank) => {
        expect(scores[query * 5 + rank]).toBeCloseTo(products[row]!, 5);
      });
    }
  });

  it('finds itself first, unless excluded', () => {
    // Points on a circle: the nearest of each is itself, then its two neighbours, which are equally far.
    const n = 8;
    const rows = Float32Array.from({ length: 2 * n }, (_, i) => {
      const angle = (2 * Math.PI * (i >> 1)) / n;
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    const self = Int32Array.from({ length: n }, (_, i) => i);
    const withSelf = searchExact({ queries: rows, rows, dim: 2, k: 1 });
    expect(withSelf.indices).toEqual(self);
    const { indices } = searchExact({ queries: rows, rows, dim: 2, k: 2, exclude: self });
    for (let i = 0; i < n; i++) {
      expect(new Set(indices.subarray(2 * i, 2 * i + 2))).toEqual(new Set([(i + 1) % n, (i + n - 1) % n]));
    }
  });

  it('gives −1 where there are fewer rows than k', () => {
    const found = searchExact({ queries: Float32Array.of(1, 0), rows: Float32Array.of(0, 1, 1, 0), dim: 2, k: 3 });
    expect([...found.indices]).toEqual([1, 0, -1]);
  });

  it('refuses what is not made of vectors of dim numbers, and a k of nothing', () => {
    const rows = new Float32Array(4);
    expect(() => searchExact({ queries: new Float32Array(3), rows, dim: 2, k: 1 })).toThrow(
      new ShapeError('queries: expected float32[n, 2], got 3 numbers'),
    );
    expect(() => searchExact({ queries: rows, rows: new Float32Array(5), dim: 2, k: 1 })).toThrow(ShapeError);
    expect(() => searchExact({ queries: rows, rows, dim: 2, k: 0 })).toThrow(ArgumentError);
  });
});
