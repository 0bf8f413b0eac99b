import { describe, expect, it } from 'vitest';
import { grad } from '#src/graph/grad.js';
import { lower } from '#src/graph/lower.js';
import { clip } from '#src/graph/ops/clip.js';
import { conv } from '#src/graph/ops/conv.js';
import { add, exp, mul, neg } from '#src/graph/ops/elementwise.js';
import { matmul } from '#src/graph/ops/linear.js';
import { batchNorm, channelAffine } from '#src/graph/ops/normalization.js';
import { mean, sum } from '#src/graph/ops/reduce.js';
import { relu } from '#src/graph/ops/relu.js';
import { print } from '#src/graph/print.js';
import { share } from '#src/graph/share.js';
import { PORTABLE, type Target } from '#src/graph/target.js';
import { floats, input, type Outputs, scalar, topologicalOrder, type Value } from '#src/graph/value.js';
import { logSumExp } from '#src/nn/rows.js';

const BLOCKED = { device: 'cpu', channelBlock: 8 } as const;

function count(outputs: Outputs): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { definition } of topologicalOrder(Object.values(outputs))) {
    const name = `${definition.domain ? 'blocked ' : ''}${definition.name}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** A residual block of two convolutions, as ResNet-18 has them. */
function residualBlock(channels: number): { y: Value; parameters: Value[] } {
  const x = input('x', [8, channels, 6, 6]);
  const [w1, w2] = [input('w1', [channels, channels, 3, 3]), input('w2', [channels, channels, 3, 3])];
  const [scale, shift] = [input('scale', [channels]), input('shift', [channels])];
  const inner = relu(batchNorm(conv(x, w1, { padding: 1 }), scale, shift).y);
  const y = relu(add(batchNorm(conv(inner, w2, { padding: 1 }), scale, shift).y, x));
  return { y, parameters: [w1, w2, scale, shift] };
}

describe('lowering for blocks of channels', () => {
  it('reorders a block of two convolutions once on its way in and once on its way out', () => {
    const x = input('x', [8, 16, 6, 6]);
    const w = input('w', [16, 16, 3, 3]);
    const [scale, shift] = [input('scale', [16]), input('shift', [16])];
    const skip = conv(x, w, { padding: 1 });
    const y = relu(add(batchNorm(conv(skip, w, { padding: 1 }), scale, shift).y, skip));
    const counts = count(lower({ y }, BLOCKED));
    expect(counts['blocked ReorderInput']).toBe(1);
    expect(counts['blocked ReorderOutput']).toBe(1);
  });

  it('adds the shortcut and rectifies in the pass that scales and shifts', () => {
    const x = input('x', [8, 16, 6, 6]);
    const w = input('w', [16, 16, 3, 3]);
    const skip = conv(x, w, { padding: 1 });
    const { y } = batchNorm(conv(skip, w, { padding: 1 }), input('scale', [16]), input('shift', [16]));
    const counts = count(lower({ y: relu(add(y, skip)) }, BLOCKED));
    expect(counts['Relu']).toBeUndefined();
    // Two convolutions, and passes that centre, that sum squares, and that scale, shift, add and rectify.
    expect(counts['blocked Conv']).toBe(5);
  });

  const blockedNames = (channels: number, target: Target): string[] =>
    Object.keys(count(lower({ y: residualBlock(channels).y }, target))).filter((name) => name.startsWith('blocked'));

  it('leaves a convolution of odd channels alone', () => {
    expect(blockedNames(9, BLOCKED)).toEqual([]);
  });

  it('fills up channels that nearly fill blocks, and leaves a training of version 0.1 as it was', () => {
    expect(blockedNames(12, BLOCKED)).toContain('blocked Conv');
    expect(blockedNames(12, { ...BLOCKED, generation: 1 })).toEqual([]);
  });

  it('bounds, as relu6 does, in the pass that scales and shifts', () => {
    const y = conv(input('x', [8, 16, 6, 6]), input('w', [16, 16, 3, 3]), { padding: 1 });
    const counts = count(
      lower({ y: clip(channelAffine(y, input('scale', [16]), input('shift', [16])), 0, 6) }, BLOCKED),
    );
    expect(counts['Clip']).toBeUndefined();
    expect(counts['blocked Conv']).toBe(2);
  });

  it('leaves only operators of ONNX on a portable target, forwards and backwards', () => {
    const { y, parameters } = residualBlock(16);
    const gradients = grad(sum(y, [0, 1, 2, 3]), parameters);
    const counts = count(lower(Object.fromEntries(gradients.map((g, i) => [`g${i}`, g])), PORTABLE));
    const known =
      'Add Sub Mul Div Neg Sqrt Relu Greater Where Reshape Expand Transpose Slice ReduceSum Conv ConvTranspose'.split(
        ' ',
      );
    expect(Object.keys(counts).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('keeps names and types of the outputs', () => {
    const { y } = residualBlock(16);
    const lowered = lower({ first: y, again: y }, BLOCKED);
    expect(Object.keys(lowered)).toEqual(['first', 'again']);
    expect(lowered['first']!.shape).toEqual(y.shape);
  });
});

describe('lowering of products', () => {
  it('scales the rows of the smaller product, not those of the larger operand, and repeats no number to do so', () => {
    const [features, bank] = [input('features', [4, 8]), input('bank', [50, 8])];
    const loss = mean(logSumExp(matmul(features, bank, { transB: true })), [0]);
    const lowered = lower({ dFeatures: grad(loss, [features])[0]! }, PORTABLE);
    const multiplied = topologicalOrder(Object.values(lowered)).filter(({ definition }) => definition.name === 'Mul');
    expect(multiplied.map(({ outputs }) => outputs[0]!.shape).filter(({ length }) => length > 0)).toEqual([[4, 8]]);
    expect(count(lowered)['Expand']).toBeUndefined();
  });

  it('keeps a scaling where the product is not smaller', () => {
    const y = matmul(mul(input('x', [4, 8]), input('s', [4, 1])), input('w', [8, 16]));
    const shapes = topologicalOrder(Object.values(lower({ y }, PORTABLE))).map(({ outputs }) => outputs[0]!.shape);
    expect(shapes).toEqual([
      [4, 8],
      [4, 16],
    ]);
  });
});

describe('share', () => {
  it('computes equal subexpressions once', () => {
    const x = input('x', [3]);
    const twice = { y: add(exp(mul(x, scalar(2))), neg(exp(mul(x, scalar(2))))) };
    expect(print(share(twice))).toMatchInlineSnapshot(`
      "%0: float32[3] = Mul(x, 2)
      %1: float32[3] = Exp(%0)
      %2: float32[3] = Neg(%1)
      %3: float32[3] = Add(%1, %2)
      return y = %3"
    `);
  });

  it('tells apart constants of other values, shapes and signs of zero', () => {
    const x = input('x', [1]);
    const outputs = share({
      a: add(x, floats([1])),
      b: add(x, floats([2])),
      c: add(x, floats([1], [1, 1])),
      d: add(x, floats([0])),
      e: add(x, floats([-0])),
    });
    expect(topologicalOrder(Object.values(outputs))).toHaveLength(5);
  });

  it('has large constants once, if they are equal to the last number', () => {
    const x = input('x', [1, 5000]);
    const weights = (last: number): Value =>
      floats(
        Float32Array.from({ length: 5000 }, (_, i) => (i === 4999 ? last : i)),
        [1, 5000],
      );
    const outputs = share({ a: add(x, weights(1)), b: mul(x, weights(1)), c: mul(x, weights(2)) });
    const constants = topologicalOrder(Object.values(outputs)).map(({ inputs: [, constant] }) => constant);
    expect(new Set(constants).size).toBe(2);
    expect(constants[0]).toBe(constants[1]);
  });

  it('tells apart attributes, and inputs of equal type', () => {
    const [x, w] = [input('x', [1, 1, 4, 4]), input('w', [1, 1, 3, 3])];
    const other = input('other', [1, 1, 3, 3]);
    const outputs = share({ a: conv(x, w), b: conv(x, w, { padding: 1 }), c: conv(x, other), d: conv(x, w) });
    expect(topologicalOrder(Object.values(outputs))).toHaveLength(3);
  });
});
