/** @file What is lowered differently for WebGPU gives the same numbers, computed here on the CPU. */
import { expect, it } from 'vitest';
import { portableInputGradient } from '#src/graph/lowering/portable-convolution.js';
import { portableSine } from '#src/graph/lowering/portable-sine.js';
import { einsum } from '#src/graph/ops/einsum.js';
import { Cos } from '#src/graph/ops/functions.js';
import { transpose } from '#src/graph/ops/shape.js';
import { slice } from '#src/graph/ops/slice.js';
import { PORTABLE, type Target } from '#src/graph/target.js';
import { input, type Value } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import { Program } from '#src/runtime/program.js';

const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => ((i * 37) % 23) - 11);

/** Of `x` and `w` as far as the value asks for them. */
async function run(y: Value, feeds: Record<string, Float32Array>): Promise<number[]> {
  const program = await Program.create({ y }, await openBackend('cpu', 1));
  const results = await program.run(feeds);
  await program.release();
  return Array.from(results['y'] as Float32Array);
}

/** A node as `target` has it. */
function lowered(value: Value, target: Target): Value {
  if (value.kind !== 'result') throw new Error('expected the result of a node');
  const { definition, inputs, attributes } = value.node;
  return definition.lower?.(inputs as never, attributes, target)?.[0] ?? value;
}

it('a sine is right to the last digits of float32, and so is a cosine', async () => {
  const at = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) * 0.7853981 * (i % 5));
  const x = input('x', [at.length]);
  const sines = await run(portableSine(x), { x: at });
  const error = Math.max(...sines.map((y, i) => Math.abs(y - Math.sin(at[i]!))));
  expect(error).toBeLessThan(3e-7);
  const near = at.map((value) => value / 1000);
  const cosines = await run(lowered(Cos([x], {})[0], PORTABLE), { x: near });
  expect(Math.max(...cosines.map((y, i) => Math.abs(y - Math.cos(near[i]!))))).toBeLessThan(1e-6);
});

it.each<[string, readonly number[], (x: Value) => Value]>([
  ['a step backwards', [7, 3], (x) => slice(x, [-2, 2], [-100, -4], [0, 1], [-2, -1])],
  ['a step backwards and one ahead', [7, 3], (x) => slice(x, [6, 0], [0, 3], [0, 1], [-3, 2])],
  ['open axes', [2, 3, 4], (x) => einsum('...ij,...kj->...ik', x, x)],
  ['open axes, the result implied', [2, 3, 4], (x) => einsum('...ij,...jk', x, transpose(x, [0, 2, 1]))],
])('%s', async (_, shape, build) => {
  const value = build(input('x', shape));
  const other = lowered(value, PORTABLE);
  expect(other).not.toBe(value);
  const feeds = { x: numbers(shape.reduce((a, b) => a * b)) };
  expect(await run(other, feeds)).toEqual(await run(value, feeds));
});

it('a transposed convolution whose groups make one channel of three', async () => {
  const [dy, w] = [input('x', [2, 6, 4, 3]), input('w', [6, 1, 3, 3])];
  const window = { strides: [2, 2], pads: [1, 0, 0, 1], group: 2, extents: [8, 6] };
  const feeds = { x: numbers(144), w: numbers(54) };
  const [whole, parts] = (['cpu', 'webgpu'] as const).map((device) => portableInputGradient(dy, w, window, device));
  expect(await run(parts!, feeds)).toEqual(await run(whole!, feeds));
});
