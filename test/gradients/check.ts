/** @file Checks gradient rules against central differences, through the real runtime. */
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { ReduceSum } from '#src/graph/ops/reduce.js';
import { floats, input, type Shape, sizeOf, type Value } from '#src/graph/value.js';
import type { Backend } from '#src/runtime/device.js';
import { Program } from '#src/runtime/program.js';
import { TOLERANCES } from '../tolerances.js';

export interface GradientCase {
  readonly name: string;
  /** Shapes of the float32 inputs to differentiate by. */
  readonly inputs: readonly Shape[];
  build(xs: readonly Value[]): readonly Value[];
  /** Brings a standard normal into the domain: element `index` of input `position`. The whole line if absent. */
  sample?(z: number, index: number, position: number): number;
}

/**
 * Compares ⟨v, J d⟩ by central difference with ⟨Jᵀ v, d⟩ from the rules, for a random v and a direction d of random
 * signs, so that every element moves by the same distance and none crosses a kink that is farther away.
 *
 * @returns the error as a part of the gradient's norm, the standard deviation of ⟨Jᵀ v, d⟩ over directions
 */
export async function derivativeError(gradientCase: GradientCase, backend: Backend, seed: number): Promise<number> {
  const random = new Random(seed, 'sample');
  const normals = (shape: Shape): Float32Array => Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
  const { step } = TOLERANCES.float32;

  const xs = gradientCase.inputs.map((shape, i) => input(`x${i}`, shape));
  const ys = gradientCase.build(xs);
  const vs = ys.map(({ shape }) => normals(shape));
  const terms = ys.map((y, i): Value => ReduceSum([mul(y, floats(vs[i]!, y.shape))], { keepdims: 0 })[0]);
  const gradients = grad(terms.reduce(add), xs);
  const named = (stem: string, values: readonly Value[]): [string, Value][] =>
    values.map((value, i) => [`${stem}${i}`, value]);
  const graph = Object.fromEntries([...named('y', ys), ...named('g', gradients)]);

  const at = xs.map(({ shape }, position) => normals(shape).map((z, i) => gradientCase.sample?.(z, i, position) ?? z));
  const direction = xs.map(({ shape }) => normals(shape).map(Math.sign));
  const program = await Program.create(graph, backend);
  const runAt = (t: number): Promise<Record<string, Float32Array>> => {
    const feeds = at.map((x, i) => [`x${i}`, x.map((value, j) => value + t * direction[i]![j]!)] as const);
    return program.run(Object.fromEntries(feeds.filter(([name]) => program.inputs.has(name))));
  };
  const [ahead, here, behind] = [await runAt(step), await runAt(0), await runAt(-step)];
  await program.release();

  const along = (result: Record<string, Float32Array>): number =>
    vs.reduce((s, v, i) => s + dot(v, result[`y${i}`]!), 0);
  const numeric = (along(ahead) - along(behind)) / (2 * step);
  const exact = direction.reduce((s, d, i) => s + dot(d, here[`g${i}`]!), 0);
  const norm = Math.sqrt(xs.reduce((s, _, i) => s + dot(here[`g${i}`]!, here[`g${i}`]!), 0));
  return Math.abs(exact - numeric) / Math.max(norm, Math.abs(numeric));
}

/** In float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
