/** @file Operators beside their definitions in float64, on both lowerings for the CPU. */
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { input, type Shape, sizeOf, type Value } from '#src/graph/value.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../backends.js';
import { TOLERANCES } from '../tolerances.js';
import { relativeError, type Tensor, tensorOf } from './tensor.js';

const SEED = 11;
const backends = await cpuBackends();

export interface Definition {
  /** What the operator is of: `Softmax along the first axis`. */
  readonly name: string;
  readonly inputs: readonly Shape[];
  build(...xs: readonly Value[]): Value;
  /** The same in loops over numbers. */
  define(...xs: readonly Tensor[]): Tensor;
}

/** Declares a test for each operator and lowering, on normal numbers. */
export function describeDefinitions(group: string, definitions: readonly Definition[]): void {
  for (const { name: device, backend } of backends) {
    describe(`${group} on ${device}, seed ${SEED}`, () => {
      for (const { name, inputs, build, define } of definitions) {
        it(`${name} is what its definition says`, async () => {
          const random = new Random(SEED, 'sample');
          const xs = inputs.map((shape, i) => input(`x${i}`, shape));
          const numbers = inputs.map((shape) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal()));
          const expected = define(...numbers.map((data, i) => tensorOf(data, ...inputs[i]!)));
          const y = build(...xs);
          expect(y.shape).toEqual(expected.shape);
          const program = await Program.create({ y }, backend);
          const { y: result } = await program.run(Object.fromEntries(numbers.map((data, i) => [`x${i}`, data])));
          await program.release();
          expect(relativeError(result!, expected.data)).toBeLessThan(TOLERANCES.float32.operator);
        });
      }
    });
  }
}

/** A tensor of this shape, each number from where it stands. */
export function fromIndex(shape: Shape, number: (index: readonly number[]) => number): Tensor {
  const index = shape.map(() => 0);
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return number(index);
  });
  return { shape, data };
}

/** The number at a place; indices of axes of extent 1 do not matter, and there may be too many in front. */
export function at({ shape, data }: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return data[shape.reduce((flat, extent, axis) => flat * extent + (extent === 1 ? 0 : own[axis]!), 0)]!;
}

/** Every index of `x` that agrees with `index` outside of `axes`, as the numbers there. */
export function along(x: Tensor, index: readonly number[], axes: readonly number[]): number[] {
  const extents = axes.map((axis) => x.shape[axis]!);
  return Array.from(
    fromIndex(extents, (inner) => {
      const full = [...index];
      axes.forEach((axis, i) => {
        full[axis] = inner[i]!;
      });
      return at(x, full);
    }).data,
  );
}
