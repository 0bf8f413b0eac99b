import { describe, expect, it } from 'vitest';
import { divide } from '#src/graph/divide.js';
import { greater } from '#src/graph/ops/comparison.js';
import { add, exp, mul, where } from '#src/graph/ops/elementwise.js';
import { reshape } from '#src/graph/ops/reshape.js';
import { input, type Outputs, scalar } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import { Program } from '#src/runtime/program.js';

const backend = await openBackend('cpu', 1);

/** y = exp(x) is there at once; w waits for `a`, and v for `b`. */
function graph(): Outputs {
  const [x, a, b] = [input('x', [2]), input('a', [2]), input('b', [2])];
  const y = exp(x);
  const hidden = mul(add(x, scalar(3)), y);
  const moved = add(hidden, a);
  const w = where(greater(x, scalar(0)), moved, hidden);
  const column = reshape(hidden, [2, 1]);
  const [first, v] = [exp(column), add(mul(w, b), reshape(column, [2]))];
  return { y, sign: where(greater(x, scalar(0)), y, x), first, w, v: add(v, moved) };
}

describe('a divided graph', () => {
  it('is the graph itself if no input comes late', () => {
    const whole = graph();
    expect(divide(whole, [])).toEqual([whole]);
  });

  it('gives each output in the first part that can', () => {
    const parts = divide(graph(), [['a'], ['b']]);
    const own = parts.map((part) => Object.keys(part).filter((name) => !name.startsWith('kept.')));
    expect(own).toEqual([['y', 'sign', 'first'], ['w'], ['v']]);
  });

  it('comes to the numbers of the whole, with inputs of a part that the parts before have given', async () => {
    const whole = graph();
    const feeds: Record<string, number[]> = { x: [-1, 2], a: [5, 7], b: [0.5, -2] };
    const expected = await (await Program.create(whole, backend)).run(feeds);

    const programs = await Program.createParts(whole, [['a'], ['b']], backend);
    const known: Record<string, ArrayLike<number>> = { x: feeds['x']! };
    const got: Record<string, Float32Array> = {};
    for (const [part, program] of programs.entries()) {
      expect([...program.inputs.keys()].filter((name) => !(name in known))).toEqual([]);
      const results = await program.run(known);
      Object.assign(known, results, part === 0 && { a: feeds['a'] }, part === 1 && { b: feeds['b'] });
      Object.assign(got, results);
    }
    for (const [name, numbers] of Object.entries(expected)) expect(got[name], name).toEqual(numbers);
  });

  it('computes nothing twice but comparisons and other shapes, which are not kept', () => {
    const parts = divide(graph(), [['a'], ['b']]);
    const kept = parts.flatMap((part) => Object.entries(part).filter(([name]) => name.startsWith('kept.')));
    expect(kept.map(([, { dtype }]) => dtype)).not.toContain('bool');
    // What is there under a name of its own is kept by that.
    expect(kept.map(([, { shape }]) => shape)).toEqual([[2], [2]]);
  });
});
