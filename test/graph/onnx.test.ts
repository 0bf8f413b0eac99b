import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import { OPSET, toOnnx } from '#src/graph/onnx.js';
import { applyOperator, noGradient, operator } from '#src/graph/operator.js';
import { toBlocked } from '#src/graph/ops/blocked.js';
import { conv } from '#src/graph/ops/conv.js';
import { add, exp } from '#src/graph/ops/elementwise.js';
import { scatterAdd } from '#src/graph/ops/indexing.js';
import { relu } from '#src/graph/ops/relu.js';
import { reshape } from '#src/graph/ops/reshape.js';
import { floats, input, ints, type Outputs, scalar } from '#src/graph/value.js';
import { Fields } from './protobuf-reader.js';

// Numbers of fields and types are those of onnx.proto3.
const [FLOAT, INT, STRING, INTS] = [1, 2, 3, 7];

function decode(
  outputs: Parameters<typeof toOnnx>[0],
  options = {},
): { model: Fields; graph: Fields; nodes: Fields[] } {
  const model = new Fields(toOnnx(outputs, options));
  const graph = model.messages(7)[0]!;
  return { model, graph, nodes: graph.messages(1) };
}

/** Attributes of a node as [type, value]. */
function attributesOf(node: Fields): Record<string, [number, unknown]> {
  return Object.fromEntries(
    node.messages(5).map((attribute) => {
      const type = attribute.numbers(20)[0]!;
      const value = {
        [FLOAT]: attribute.floats(2)[0],
        [INT]: attribute.numbers(3)[0],
        [STRING]: attribute.texts(4)[0],
        [INTS]: attribute.numbers(8),
      };
      return [attribute.texts(1)[0]!, [type, value[type]]];
    }),
  );
}

async function run(outputs: Outputs, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(toOnnx(outputs), { logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

describe('toOnnx', () => {
  const x = input('x', [2, 3]);

  it('writes inputs, outputs and their types', () => {
    const { graph, nodes } = decode({ y: relu(x) });
    expect(nodes.map((node) => [node.texts(4), node.texts(1), node.texts(2)])).toEqual([[['Relu'], ['x'], ['y']]]);
    for (const [field, name] of [
      [11, 'x'],
      [12, 'y'],
    ] as const) {
      const [info] = graph.messages(field);
      expect(info!.texts(1)).toEqual([name]);
      const tensor = info!.messages(2)[0]!.messages(1)[0]!;
      expect(tensor.numbers(1)).toEqual([1]);
      expect(
        tensor
          .messages(2)[0]!
          .messages(1)
          .map((dimension) => dimension.numbers(1)[0]),
      ).toEqual([2, 3]);
    }
  });

  it('names the operator sets it uses: the standard one, and the blocked one only where it is used', () => {
    const opsets = (outputs: Outputs): [string, number][] =>
      decode(outputs)
        .model.messages(8)
        .map((opset) => [opset.texts(1)[0] ?? '', opset.numbers(2)[0]!]);
    expect(opsets({ y: relu(x) })).toEqual([['', OPSET]]);
    const blocked = { y: toBlocked(input('images', [1, 8, 2, 2])) };
    expect(opsets(blocked)).toEqual([
      ['', OPSET],
      ['com.microsoft.nchwc', 1],
    ]);
    expect(decode(blocked).nodes[0]!.texts(7)).toEqual(['com.microsoft.nchwc']);
  });

  it('writes attributes in their declared kind: a float of 1 stays a float, an int an int', () => {
    const gradient = noGradient('a test');
    const Scaled = operator<1, 1, { epsilon: number; axis: number; mode: string; pads: readonly number[] }>({
      name: 'Scaled',
      attributes: { epsilon: 'float', axis: 'int', mode: 'string', pads: 'ints' },
      infer: ([a]) => [a],
      gradient,
    });
    const { nodes } = decode({ y: Scaled([x], { epsilon: 1, axis: -1, mode: 'add', pads: [1, -2, 300] })[0] });
    expect(attributesOf(nodes[0]!)).toEqual({
      epsilon: [FLOAT, 1],
      axis: [INT, -1],
      mode: [STRING, 'add'],
      pads: [INTS, [1, -2, 300]],
    });
  });

  it('writes the attributes of our own operators', () => {
    const { nodes } = decode({
      y: conv(input('images', [1, 2, 5, 5]), input('w', [3, 2, 3, 3]), { stride: 2, padding: 1 }),
    });
    expect(attributesOf(nodes[0]!)).toEqual({ strides: [INTS, [2, 2]], pads: [INTS, [1, 1, 1, 1]] });
    const rows = scatterAdd(x, ints([0], [1, 1]), input('updates', [1, 3]));
    expect(attributesOf(decode({ rows }).nodes[0]!)).toEqual({ reduction: [STRING, 'add'] });
  });

  it('refuses an attribute whose kind is not declared', () => {
    const definition = { name: 'Odd', infer: ([a]: readonly (typeof x)[]) => [a!], gradient: noGradient('a test') };
    const build = (): Uint8Array => toOnnx({ y: applyOperator(definition, [x], { axis: 1 })[0]! });
    expect(build).toThrow(ShapeError);
    expect(build).toThrow("Odd: its definition declares no attribute 'axis'.");
  });

  it('writes constants with their bytes, and shared ones once', () => {
    const weights = floats([1.5, -2, 0.25]);
    const { graph } = decode({ y: add(add(x, weights), weights) });
    const [tensor, ...others] = graph.messages(5);
    expect(others).toEqual([]);
    expect(tensor!.numbers(1)).toEqual([3]);
    expect(tensor!.numbers(2)).toEqual([1]);
    expect([...new Float32Array(tensor!.bytes(9)[0]!.slice().buffer)]).toEqual([1.5, -2, 0.25]);
  });

  it('writes int64 constants beyond 32 bits and below zero', () => {
    const { graph } = decode({ y: reshape(ints([-1, 2 ** 40]), [2, 1]) });
    const data = graph.messages(5).map((tensor) => new BigInt64Array(tensor.bytes(9)[0]!.slice().buffer));
    expect(data).toContainEqual(BigInt64Array.of(-1n, 2n ** 40n));
  });

  it('carries metadata, and leaves the batch open if asked to', () => {
    const ofBatch = (batch: number): Outputs => ({ y: relu(input('x', [batch, 3])) });
    const { model, graph } = decode(ofBatch, { metadata: { mean: '[0.5]', 'naïve 🐈': 'ü' } });
    expect(model.messages(14).map((entry) => [entry.texts(1)[0], entry.texts(2)[0]])).toEqual([
      ['mean', '[0.5]'],
      ['naïve 🐈', 'ü'],
    ]);
    const [batch, width] = graph.messages(11)[0]!.messages(2)[0]!.messages(1)[0]!.messages(2)[0]!.messages(1);
    expect([batch!.numbers(1), batch!.texts(2).length]).toEqual([[], 1]);
    expect(width!.numbers(1)).toEqual([3]);
  });

  it('leaves out what no output reaches', () => {
    exp(x);
    expect(decode({ y: relu(x) }).nodes).toHaveLength(1);
  });

  it('gives every output its name: an input, a constant, a value of two names', async () => {
    const y = relu(x);
    const feeds = { x: new Tensor('float32', Float32Array.of(-1, 1, -2, 2, -3, 3), [2, 3]) };
    expect(await run({ same: x, number: scalar(7), y, again: y }, feeds)).toEqual({
      same: [-1, 1, -2, 2, -3, 3],
      number: [7],
      y: [0, 1, 0, 2, 0, 3],
      again: [0, 1, 0, 2, 0, 3],
    });
  });

  it('keeps its own names out of the way of names that look like them', async () => {
    const [a, b] = [input('Exp_0', [1]), input('constant_0', [1])];
    const y = add(add(exp(a), scalar(1)), b);
    const one = new Tensor('float32', Float32Array.of(0), [1]);
    expect(await run({ y }, { Exp_0: one, constant_0: one })).toEqual({ y: [2] });
  });

  it('refuses an output under the name of an input', () => {
    expect(() => toOnnx({ x: relu(x) })).toThrow(ShapeError);
    expect(() => toOnnx({ x: relu(x) })).toThrow('x: expected another name for an output, got that of an input.');
  });
});
