/** @file Muon: momentum whose matrices are brought near to orthogonal ones. */
import { add, div, mul, sqrt, sub } from '../graph/ops/elementwise.js';
import { Gemm, matmul } from '../graph/ops/linear.js';
import { sum } from '../graph/ops/reduce.js';
import { reshape } from '../graph/ops/reshape.js';
import { transpose } from '../graph/ops/shape.js';
import { input, scalar, sizeOf, type Value } from '../graph/value.js';
import { momentumName, type SgdOptions, sgd, type Updated } from './sgd.js';

/** a, b, c of X ← a·X + (b·A + c·A²)·X, A = X·Xᵀ, as published: singular values come between 0.7 and 1.2 in five rounds. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const ROUNDS = 5;
/** Muon's steps as a part of those of SGD, so that one learning rate serves both. Chosen by trial: docs/recipe.md. */
const STEP = 0.3;

/**
 * Nearly the orthogonal matrix U·Vᵀ of a matrix U·S·Vᵀ, by Newton and Schulz's iteration: no direction of it counts for more
 * than another.
 *
 * @param matrix float32[rows, columns]
 * @returns the same shape
 */
export function nearlyOrthogonal(matrix: Value): Value {
  const [rows, columns] = matrix.shape as [number, number];
  if (rows > columns) return transpose(nearlyOrthogonal(transpose(matrix, [1, 0])), [1, 0]);
  let x = div(matrix, sqrt(add(sum(mul(matrix, matrix), [0, 1]), scalar(1e-14))));
  for (let round = 0; round < ROUNDS; round++) {
    const a = matmul(x, x, { transB: true });
    const [b] = Gemm([a, a, a], { alpha: C, beta: B });
    [x] = Gemm([b, x, x], { beta: A });
  }
  return x;
}

/**
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): with g the gradient,
 * buffer ← momentum · buffer + g; w ← w − lr · (0.3 · √max(1, rows / columns) · O + weightDecay · w), O the nearly orthogonal
 * matrix of g + momentum · buffer. A kernel [o, c, kh, kw] is a matrix of o rows. What is no matrix, as scales and shifts are,
 * is updated by {@link sgd}.
 *
 * @param lr float32[]
 */
export function muon(name: string, parameter: Value, gradient: Value, lr: Value, options: SgdOptions): Updated {
  if (parameter.shape.length < 2) return sgd(name, parameter, gradient, lr, options);
  const { momentum = 0.9, weightDecay = 0 } = options;
  const buffer = add(mul(input(momentumName(name), parameter.shape), scalar(momentum)), gradient);
  const ahead = add(gradient, mul(buffer, scalar(momentum)));
  const rows = parameter.shape[0]!;
  const columns = sizeOf(parameter.shape) / rows;
  const turned = reshape(nearlyOrthogonal(reshape(ahead, [rows, columns])), parameter.shape);
  const step = mul(turned, scalar(STEP * Math.sqrt(Math.max(1, rows / columns))));
  const decayed = weightDecay === 0 ? step : add(step, mul(parameter, scalar(weightDecay)));
  return { parameter: sub(parameter, mul(decayed, lr)), buffer };
}
