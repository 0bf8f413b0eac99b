/** @file Nodes that stand for several others, as onnxruntime computes them itself. */
import { describe, expect, it } from 'vitest';
import { floatTensor, intTensor, type TestNode, type TestTensor, testModel } from './model-builder.js';
import { expectSame, read } from './same-as-runtime.js';

const sines = (...shape: number[]): TestTensor =>
  floatTensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 0.4 * Math.sin(i + shape.length)),
    shape,
  );
const MICROSOFT = 'com.microsoft';

interface Form {
  readonly nodes: readonly TestNode[];
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly opset?: number;
}

/** From `x`, float32[batch, 3, 16], to `y`. */
const ON_TOKENS: Readonly<Record<string, Form>> = {
  Gelu: { nodes: [['Gelu', ['x'], ['y'], {}, MICROSOFT]] },
  BiasGelu: { nodes: [['BiasGelu', ['x', 'b'], ['y'], {}, MICROSOFT]], tensors: { b: sines(16) } },
  FastGelu: { nodes: [['FastGelu', ['x'], ['y'], {}, MICROSOFT]] },
  'FastGelu with a bias': { nodes: [['FastGelu', ['x', 'b'], ['y'], {}, MICROSOFT]], tensors: { b: sines(16) } },
  QuickGelu: { nodes: [['QuickGelu', ['x'], ['y'], { alpha: { float: 1.5 } }, MICROSOFT]] },
  FusedMatMul: {
    nodes: [['FusedMatMul', ['x', 'w'], ['y'], { alpha: { float: 0.5 }, transB: { int: 1 } }, MICROSOFT]],
    tensors: { w: sines(5, 16) },
  },
  SimplifiedLayerNormalization: {
    nodes: [['SimplifiedLayerNormalization', ['x', 'g'], ['y'], { axis: { int: -1 }, epsilon: { float: 1e-6 } }]],
    tensors: { g: sines(16) },
  },
  SkipLayerNormalization: {
    nodes: [['SkipLayerNormalization', ['x', 'x', 'g', 'b'], ['y'], { epsilon: { float: 1e-5 } }, MICROSOFT]],
    tensors: { g: sines(16), b: sines(16) },
  },
  'SkipLayerNormalization with a bias, whose sum is used': {
    nodes: [
      ['SkipLayerNormalization', ['x', 'x', 'g', '', 'b'], ['n', '', '', 's'], {}, MICROSOFT],
      ['Add', ['n', 's'], ['y']],
    ],
    tensors: { g: sines(16), b: sines(16) },
  },
  'ONNX Runtime’s Attention': {
    nodes: [['Attention', ['x', 'w', 'b'], ['y'], { num_heads: { int: 2 } }, MICROSOFT]],
    tensors: { w: sines(16, 24), b: sines(24) },
  },
  MultiHeadAttention: {
    nodes: [
      ['Neg', ['x'], ['k']],
      ['MultiHeadAttention', ['x', 'k', 'x', 'b'], ['y'], { num_heads: { int: 4 }, scale: { float: 0.3 } }, MICROSOFT],
    ],
    tensors: { b: sines(48) },
  },
  'Attention in opset 23': {
    opset: 23,
    nodes: [
      ['Neg', ['x'], ['k']],
      ['Attention', ['x', 'k', 'x', 'm'], ['y'], { q_num_heads: { int: 2 }, kv_num_heads: { int: 2 } }],
    ],
    tensors: { m: sines(3, 3) },
  },
  'Attention of heads, with a mask of what may be looked at': {
    opset: 23,
    nodes: [
      ['Reshape', ['x', 'h'], ['q']],
      ['Attention', ['q', 'q', 'q', 'm'], ['a'], { scale: { float: 0.7 } }],
      ['Reshape', ['a', 't'], ['y']],
    ],
    tensors: {
      h: intTensor([0, 3, 4, 4]),
      t: intTensor([0, 3, 16]),
      m: { shape: [4, 4], data: Uint8Array.from({ length: 16 }, (_, i) => (i % 4 <= i / 4 ? 1 : 0)) },
    },
  },
};

function onTokens({ nodes, tensors = {}, opset = 17 }: Form): Uint8Array {
  return testModel({
    opset,
    nodes: [['Reshape', ['images', 'tokens'], ['x']], ...nodes, ['Flatten', ['y'], ['features']]],
    tensors: { tokens: intTensor([0, 3, 16]), ...tensors },
  });
}

describe('a node that is several is read as the runtime computes it', () => {
  for (const [name, form] of Object.entries(ON_TOKENS)) {
    it(name, async () => {
      await expectSame(onTokens(form));
    });
  }

  const convolution = (activation: string, params: readonly number[], operands: readonly string[]): Uint8Array =>
    testModel({
      opset: 17,
      nodes: [
        [
          'FusedConv',
          operands,
          ['y'],
          {
            activation: { string: activation },
            ...(params.length > 0 && { activation_params: { floats: params } }),
            pads: { ints: [1, 1, 1, 1] },
            kernel_shape: { ints: [3, 3] },
          },
          MICROSOFT,
        ],
        ['Flatten', ['y'], ['features']],
      ],
      tensors: { w: sines(3, 3, 3, 3), b: sines(3) },
    });

  it.each([
    ['Relu', [], ['images', 'w', 'b', 'images']],
    ['LeakyRelu', [0.2], ['images', 'w']],
    ['Clip', [-0.1, 0.4], ['images', 'w', 'b']],
    ['HardSigmoid', [0.3, 0.6], ['images', 'w', 'b']],
    ['Tanh', [], ['images', 'w', 'b']],
  ] as const)('FusedConv with %s', async (activation, params, operands) => {
    await expectSame(convolution(activation, params, operands));
  });
});

describe('uses that pictures have none of are refused, with what they are', () => {
  it.each([
    ['unidirectional', { unidirectional: { int: 1 } }, ['x', 'w', 'b'], "its 'unidirectional' is set"],
    ['a mask', {}, ['x', 'w', 'b', 'mask'], 'operand 3 is used'],
  ] as const)('%s', async (_, more, inputs, message) => {
    const form: Form = {
      nodes: [['Attention', inputs, ['y'], { num_heads: { int: 2 }, ...more }, MICROSOFT]],
      tensors: { w: sines(16, 24), b: sines(24), mask: intTensor([3]) },
    };
    await expect(read(onTokens(form))).rejects.toThrow(
      `node 'the_attention': Attention (com.microsoft, opset 1) cannot be read: ${message}`,
    );
  });

  it('an operator of one runtime alone', async () => {
    const form: Form = { nodes: [['RemovePadding', ['x'], ['y'], {}, MICROSOFT]] };
    await expect(read(onTokens(form))).rejects.toThrow(
      "it is none of ONNX's own, as programs write them that prepare a model for one runtime. Take the features before it with --cut, or the model from before that.",
    );
  });
});
