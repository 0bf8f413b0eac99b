/** @file Minimises a smooth convex function by its gradient: preconditioned L-BFGS (Nocedal and Wright 2006, 7.5). */

/** Returns the value at `x`, and writes the gradient there into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => Promise<number>;

export interface MinimizeOptions {
  /** The gradient's length at which `x` is good enough, > 0. */
  readonly tolerance: number;
  /** Multiplies a vector, in place, by about the inverse of the objective's second derivatives. */
  readonly precondition: (vector: Float64Array) => void;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Relative error of the objective's value; default 1e-6, for sums in float32. */
  readonly noise?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the tolerance was met; else the iterations, or the digits of the objective, were used up. */
  readonly isConverged: boolean;
}

/** Changes of x and of the gradient over the last steps, from which the curvature is estimated. */
interface Step {
  readonly dx: Float64Array;
  readonly dg: Float64Array;
  readonly curvature: number;
}

const MEMORY = 10;
const MAX_TRIALS = 20;

/** Parts of the promised decrease, and of the slope, that a step has to bring (the weak Wolfe conditions). */
const LEAST_DECREASE = 1e-4;
const MOST_SLOPE = 0.9;

export async function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Promise<Minimum> {
  const { tolerance, precondition, maxIterations = 1000, noise = 1e-6 } = options;
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = await objective(x, gradient);
  const steps: Step[] = [];

  /** Steps along `direction` until both Wolfe conditions hold, by doubling and bisection (Lewis and Overton 2013). */
  async function search(direction: Float64Array) {
    const slope = dotOf(gradient, direction);
    let step = 1;
    let [low, high] = [0, Number.POSITIVE_INFINITY];
    for (let trial = 0; trial < MAX_TRIALS; trial++) {
      const at = x.map((xi, i) => xi + step * direction[i]!);
      const gradientThere = new Float64Array(x.length);
      const valueThere = await objective(at, gradientThere);
      // Near the minimum a decrease is less than what rounding adds to the value, so that much is let pass.
      if (!(valueThere <= value + LEAST_DECREASE * step * slope + noise * Math.abs(value))) high = step;
      else if (dotOf(gradientThere, direction) < MOST_SLOPE * slope) low = step;
      else return { x: at, gradient: gradientThere, value: valueThere };
      step = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
    }
    return undefined;
  }

  let iterations = 0;
  for (; length(gradient) > tolerance && iterations < maxIterations; iterations++) {
    const found = await search(descent(gradient, steps, precondition));
    if (found === undefined) break;
    const dx = found.x.map((xi, i) => xi - x[i]!);
    const dg = found.gradient.map((gi, i) => gi - gradient[i]!);
    const curvature = dotOf(dx, dg);
    if (curvature > 0) steps.push({ dx, dg, curvature });
    if (steps.length > MEMORY) steps.shift();
    ({ x, gradient, value } = found);
  }
  return { x, value, iterations, isConverged: length(gradient) <= tolerance };
}

/** −H·g, with the inverse curvature H that the last steps and the preconditioner imply (two-loop recursion). */
function descent(
  gradient: Float64Array,
  steps: readonly Step[],
  precondition: (vector: Float64Array) => void,
): Float64Array {
  const direction = gradient.map((gi) => -gi);
  const shares = steps.toReversed().map(({ dx, dg, curvature }) => {
    const share = dotOf(dx, direction) / curvature;
    addTo(direction, dg, -share);
    return share;
  });
  precondition(direction);
  steps.forEach(({ dx, dg, curvature }, i) => {
    addTo(direction, dx, shares[steps.length - 1 - i]! - dotOf(dg, direction) / curvature);
  });
  return direction;
}

function dotOf(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function length(x: Float64Array): number {
  return Math.sqrt(dotOf(x, x));
}

function addTo(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i]! += factor * y[i]!;
}
