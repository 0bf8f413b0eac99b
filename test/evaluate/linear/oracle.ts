/** @file Linear classifiers in plain float64, from their formulas: slow and sure. */
import { Random } from '#src/core/random.js';
import type { LinearKind } from '#src/evaluate/linear/linear-loss.js';

export interface Problem {
  readonly features: Float32Array;
  readonly labels: Int32Array;
  readonly dim: number;
  readonly numClasses: number;
}

/** Clouds of points that overlap, one a class, of different size in different directions. */
export function clouds(perClass: number, numClasses: number, dim: number, seed = 1): Problem {
  const random = new Random(seed, 'sample');
  const centres = Array.from({ length: numClasses * dim }, () => random.normal());
  const labels = Int32Array.from({ length: perClass * numClasses }, (_, i) => i % numClasses);
  const features = Float32Array.from({ length: labels.length * dim }, (_, i) => {
    const [row, axis] = [Math.floor(i / dim), i % dim];
    return (centres[labels[row]! * dim + axis]! + 1.5 * random.normal()) / (axis + 1);
  });
  return { features, labels, dim, numClasses };
}

/** ½·Σ‖w_c‖² + C·Σ_i loss_i, and its gradient. @param parameters float64[numClasses, dim + 1] */
export function objective(
  kind: LinearKind,
  { features, labels, dim, numClasses }: Problem,
  c: number,
  parameters: Float64Array,
): { value: number; gradient: Float64Array } {
  const gradient = parameters.map((p, i) => (i % (dim + 1) === dim ? 0 : p));
  let value = gradient.reduce((sum, w) => sum + w * w, 0) / 2;
  labels.forEach((label, row) => {
    const x = [...features.subarray(row * dim, (row + 1) * dim), 1];
    const scores = Array.from({ length: numClasses }, (_, k) =>
      x.reduce((sum, xi, i) => sum + xi * parameters[k * (dim + 1) + i]!, 0),
    );
    const largest = Math.max(...scores);
    const normalizer = scores.reduce((sum, s) => sum + Math.exp(s - largest), 0);
    if (kind === 'logistic') value += c * (Math.log(normalizer) + largest - scores[label]!);
    scores.forEach((score, k) => {
      const sign = k === label ? 1 : -1;
      const short = Math.max(0, 1 - sign * score);
      if (kind === 'svm') value += c * short * short;
      const slope = kind === 'svm' ? -2 * sign * short : Math.exp(score - largest) / normalizer - (k === label ? 1 : 0);
      for (let i = 0; i <= dim; i++) gradient[k * (dim + 1) + i]! += c * slope * x[i]!;
    });
  });
  return { value, gradient };
}

/** The minimum, by plain gradient descent with a step that is halved when it is too long. */
export function descend(kind: LinearKind, problem: Problem, c: number, steps: number): Float64Array {
  let x = new Float64Array(problem.numClasses * (problem.dim + 1));
  let at = objective(kind, problem, c, x);
  let step = 1;
  for (let i = 0; i < steps; i++) {
    const slope = at.gradient.reduce((sum, g) => sum + g * g, 0);
    const next = x.map((xi, j) => xi - step * at.gradient[j]!);
    const there = objective(kind, problem, c, next);
    if (there.value > at.value - (step / 2) * slope) step /= 2;
    else {
      [x, at] = [next, there];
      step *= 1.1;
    }
  }
  return x;
}
