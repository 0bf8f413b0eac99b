import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { input } from '#src/graph/value.js';
import { muon, nearlyOrthogonal } from '#src/nn/muon.js';
import { momentumName, sgd } from '#src/nn/sgd.js';
import { evaluate } from '../method/evaluate.js';
import { TOLERANCES } from '../tolerances.js';

const LR = Float32Array.of(0.1);

/** Of the norm of what is expected. */
function distance(is: ArrayLike<number>, expected: readonly number[]): number {
  return Math.hypot(...expected.map((x, i) => x - is[i]!)) / Math.hypot(...expected);
}

function drawn(count: number, seed: number): Float32Array {
  const random = new Random(seed, 'sample');
  return Float32Array.from({ length: count }, () => random.normal());
}

async function orthogonalOf(rows: number, columns: number): Promise<{ of: Matrix; is: Matrix }> {
  const numbers = drawn(rows * columns, rows);
  const { is } = await evaluate({ is: nearlyOrthogonal(input('x', [rows, columns])) }, { x: numbers });
  return { of: Matrix.from1DArray(rows, columns, numbers), is: Matrix.from1DArray(rows, columns, is!) };
}

/** Five rounds of the published polynomial, in float64, on the singular values alone: the vectors stay as they are. */
function byItsSingularValues(matrix: Matrix): Matrix {
  const {
    leftSingularVectors: u,
    rightSingularVectors: v,
    diagonal,
  } = new SingularValueDecomposition(matrix, {
    autoTranspose: true,
  });
  const norm = Math.hypot(...diagonal);
  const turned = diagonal.map((value) => {
    let s = value / norm;
    for (let i = 0; i < 5; i++) s = 3.4445 * s - 4.775 * s ** 3 + 2.0315 * s ** 5;
    return s;
  });
  return u.mmul(Matrix.diag(turned)).mmul(v.transpose());
}

describe('nearlyOrthogonal', () => {
  for (const [rows, columns] of [
    [3, 7],
    [6, 6],
    [9, 4],
  ] as const) {
    it(`turns a ${rows} × ${columns} matrix without turning its directions, all of which then count nearly alike`, async () => {
      const { of, is } = await orthogonalOf(rows, columns);
      const expected = byItsSingularValues(of);
      expect(distance(is.to1DArray(), expected.to1DArray())).toBeLessThan(TOLERANCES.float32.network);
      for (const value of new SingularValueDecomposition(is, { autoTranspose: true }).diagonal) {
        expect(value).toBeGreaterThan(0.6);
        expect(value).toBeLessThan(1.3);
      }
    });
  }

  it('gives zeros for zeros', async () => {
    const { is } = await evaluate({ is: nearlyOrthogonal(input('x', [2, 3])) }, { x: new Float32Array(6) });
    expect([...is!]).toEqual(Array(6).fill(0));
  });
});

describe('muon', () => {
  it('steps along the orthogonal matrix of momentum and gradient, and decays apart from it', async () => {
    const [rows, columns] = [6, 4];
    const shape = [rows, 2, 2, 1];
    const [w, g, before] = [drawn(24, 1), drawn(24, 2), drawn(24, 3)];
    const { parameter, buffer } = muon('w', input('w', shape), input('g', shape), input('lr', []), {
      momentum: 0.9,
      weightDecay: 0.2,
    });
    const next = await evaluate({ parameter, buffer }, { w, g, lr: LR, [momentumName('w')]: before });
    const summed = Array.from(g, (x, i) => 0.9 * before[i]! + x);
    const ahead = Array.from(g, (x, i) => x + 0.9 * summed[i]!);
    const step = byItsSingularValues(Matrix.from1DArray(rows, columns, ahead)).to1DArray();
    const expected = step.map((x, i) => w[i]! - 0.1 * (0.3 * Math.sqrt(rows / columns) * x + 0.2 * w[i]!));
    expect(distance(next['buffer']!, summed)).toBeLessThan(TOLERANCES.float32.operator);
    expect(distance(next['parameter']!, expected)).toBeLessThan(TOLERANCES.float32.network);
  });

  it('leaves what is no matrix to sgd', async () => {
    const options = { momentum: 0.8, weightDecay: 0.1 };
    const feeds = { w: drawn(5, 1), g: drawn(5, 2), lr: LR, [momentumName('w')]: drawn(5, 3) };
    const both = [muon, sgd].map((rule) => rule('w', input('w', [5]), input('g', [5]), input('lr', []), options));
    const [ofMuon, ofSgd] = await Promise.all(
      both.map(({ parameter, buffer }) => evaluate({ parameter, buffer }, feeds)),
    );
    expect(ofMuon).toEqual(ofSgd);
  });
});
