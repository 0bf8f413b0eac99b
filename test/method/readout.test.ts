import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { type DescriptorBlock, fitReadout } from '#src/method/fit-readout.js';
import type { Readout } from '#src/method/readout.js';

const WHITENING = 0.75;

const N = 300;

/** Rows that vary along mixed directions, some far more than others. */
function blockOf(dim: number, weight: number, stream: number): DescriptorBlock {
  const random = new Random(5, 'draw', stream);
  const mixing = Float64Array.from({ length: dim * dim }, () => random.normal());
  const rows = new Float32Array(N * dim);
  for (let n = 0; n < N; n++) {
    const source = Float64Array.from({ length: dim }, (_, i) => random.normal() / (1 + i));
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) rows[n * dim + i]! += mixing[i * dim + j]! * source[j]!;
      rows[n * dim + i]! += 3;
    }
  }
  return { rows, dim, weight };
}

/** Features before they are brought to length one, in float64. */
function project(blocks: readonly DescriptorBlock[], { weight, bias }: Readout): number[][] {
  const inputs = weight.length / bias.length;
  return Array.from({ length: N }, (_, n) => {
    const row = blocks.flatMap(({ rows, dim: width }) => Array.from(rows.subarray(n * width, (n + 1) * width)));
    return Array.from(bias, (constant, d) =>
      row.reduce((sum, value, i) => sum + weight[d * inputs + i]! * value, constant),
    );
  });
}

const covarianceOf = (rows: number[][]): number[][] =>
  rows[0]!.map((_, i) => rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows.length));

describe('fitReadout', () => {
  const blocks = [blockOf(6, 1, 0), blockOf(4, 2, 1)];
  const y = project(blocks, fitReadout(blocks, 9, WHITENING)!);
  const covariance = covarianceOf(y);

  it('gives components that are centred and do not vary together', () => {
    for (let i = 0; i < covariance.length; i++) {
      expect(y.reduce((sum, row) => sum + row[i]!, 0) / N).toBeCloseTo(0, 4);
      for (let j = 0; j < i; j++) {
        expect(Math.abs(covariance[i]![j]!)).toBeLessThan(
          1e-4 * Math.sqrt(covariance[i]![i]! * covariance[j]![j]!) + 1e-5,
        );
      }
    }
  });

  it('whitens them in part, about the variances that power iteration finds', () => {
    // C of the blocks, each brought to a mean square of weight², from the definition.
    const scaled = Array.from({ length: N }, (): number[] => []);
    for (const { rows, dim, weight } of blocks) {
      const means = Array.from(
        { length: dim },
        (_, i) => rows.filter((_, at) => at % dim === i).reduce((a, b) => a + b) / N,
      );
      const meanSquare = rows.reduce((sum, value, at) => sum + (value - means[at % dim]!) ** 2, 0) / N;
      rows.forEach((value, at) => {
        scaled[Math.floor(at / dim)]!.push(((value - means[at % dim]!) * weight) / Math.sqrt(meanSquare));
      });
    }
    const c = covarianceOf(scaled);
    const variances: number[] = [];
    for (let component = 0; component < 3; component++) {
      let v = c.map((_, i) => Math.sin(1 + i + component));
      for (let step = 0; step < 3000; step++) {
        const next = c.map((row) => row.reduce((sum, entry, j) => sum + entry * v[j]!, 0));
        const length = Math.hypot(...next);
        v = next.map((value) => value / length);
      }
      const variance = v.reduce(
        (sum, value, i) => sum + value * c[i]!.reduce((s, entry, j) => s + entry * v[j]!, 0),
        0,
      );
      variances.push(variance);
      for (const [i, row] of c.entries()) for (const j of row.keys()) row[j]! -= variance * v[i]! * v[j]!;
    }
    for (const [i, variance] of variances.entries()) {
      expect(covariance[i]![i]!).toBeCloseTo(variance / (variance + 1e-3 * variances[0]!) ** WHITENING, 3);
    }
  });

  it('gives the same for fewer pictures than descriptors, by the products of pictures', () => {
    // Each picture twice changes no mean and no variance, but the way.
    const wide = [blockOf(6, 1, 0), blockOf(4, 2, 1)].map(({ rows, dim, weight }) => ({
      rows: rows.slice(0, 8 * dim),
      dim,
      weight,
    }));
    const twice = wide.map(({ rows, ...block }) => ({ ...block, rows: Float32Array.of(...rows, ...rows) }));
    const [few, many] = [fitReadout(wide, 4, WHITENING)!, fitReadout(twice, 4, WHITENING)!];
    const inputs = few.weight.length / few.bias.length;
    for (let d = 0; d < 4; d++) {
      const [a, b] = [few, many].map(({ weight }) => weight.subarray(d * inputs, (d + 1) * inputs)) as [
        Float32Array,
        Float32Array,
      ];
      const sign = Math.sign(a.reduce((sum, value, i) => sum + value * b[i]!, 0));
      for (const [i, value] of a.entries()) expect(value).toBeCloseTo(sign * b[i]!, 3);
      expect(few.bias[d]).toBeCloseTo(sign * many.bias[d]!, 3);
    }
  });

  it('fills at most half as many numbers as there are pictures, and leaves out what does not vary', () => {
    const few = blocks.map(({ rows, dim, weight }) => ({ rows: rows.slice(0, 6 * dim), dim, weight }));
    const { weight, bias } = fitReadout(few, 128, WHITENING)!;
    expect(bias).toHaveLength(128);
    const inputs = weight.length / bias.length;
    const lengths = Array.from(bias, (_, d) => Math.hypot(...weight.subarray(d * inputs, (d + 1) * inputs)));
    expect(lengths.map((length) => length > 0)).toEqual(lengths.map((_, d) => d < 3));
    const constant = { rows: new Float32Array(N * 2).fill(4), dim: 2, weight: 1 };
    const readout = fitReadout([...blocks, constant], 128, WHITENING)!;
    expect(fitReadout([constant], 2, WHITENING)).toBeUndefined();
    expect(readout.weight.every(Number.isFinite)).toBe(true);
    expect(readout.bias).toHaveLength(128);
  });
});
