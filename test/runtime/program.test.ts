import { describe, expect, it } from 'vitest';
import { DeviceError, ShapeError } from '#src/core/errors.js';
import { noGradient, operator } from '#src/graph/operator.js';
import { greater } from '#src/graph/ops/comparison.js';
import { add } from '#src/graph/ops/elementwise.js';
import { gather } from '#src/graph/ops/indexing.js';
import { input, scalar } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import { allocate } from '#src/runtime/feed.js';
import { inputsOf, Program } from '#src/runtime/program.js';

const backend = await openBackend('cpu', 1);

describe('Program', () => {
  const x = input('x', [2, 2]);

  it('runs with an array for each input, of any dtype', async () => {
    const program = await Program.create({ y: gather(x, input('i', [3], 'int64')) }, backend);
    const { y } = await program.run({ x: Float32Array.of(1, 2, 3, 4), i: BigInt64Array.of(1n, 0n, 1n) });
    expect([...y!]).toEqual([3, 4, 1, 2, 3, 4]);
    const plain = await program.run({ x: [1, 2, 3, 4], i: Int32Array.of(1, 0, 1), unread: 7 });
    expect(plain['y']).toEqual(y);
    await program.release();
  });

  it('refuses a missing input and one of the wrong length', async () => {
    const program = await Program.create({ y: add(x, scalar(1)) }, backend);
    await expect(program.run({})).rejects.toThrow(ShapeError);
    await expect(program.run({})).rejects.toThrow('x: expected float32[2, 2], got nothing.');
    await expect(program.run({ x: new Float32Array(3) })).rejects.toThrow('x: expected float32[2, 2], got 3 elements.');
    await program.release();
  });

  it('says that the runtime refused a graph, and why', async () => {
    const Unknown = operator<1>({ name: 'NoSuchOperator', infer: ([a]) => [a], gradient: noGradient('a test') });
    const build = Program.create({ y: Unknown([x], {})[0] }, backend);
    await expect(build).rejects.toThrow(DeviceError);
    await expect(build).rejects.toThrow(/cpu: the runtime refused a graph: .*NoSuchOperator/s);
  });

  it('refuses two inputs of one name', () => {
    expect(() => inputsOf({ y: add(x, input('x', [2])) })).toThrow(ShapeError);
    expect(() => inputsOf({ y: add(x, input('x', [2])) })).toThrow('x: expected one input of this name, got two.');
  });

  it('finds inputs that are outputs themselves, and leaves out those that nothing reaches', () => {
    greater(input('unread', [2]), scalar(0));
    expect([...inputsOf({ y: x }).keys()]).toEqual(['x']);
  });

  it('allocates zeros of each dtype', () => {
    expect(allocate({ dtype: 'int64', shape: [2] })).toEqual(new BigInt64Array(2));
    expect(allocate({ dtype: 'int32', shape: [2, 2] })).toEqual(new Int32Array(4));
    expect(allocate({ dtype: 'float32', shape: [] })).toEqual(new Float32Array(1));
  });
});
