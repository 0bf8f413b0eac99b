import { describe, expect, it } from 'vitest';
import { ArgumentError, DataError, OperatorError } from '#src/core/errors.js';
import { fromFloat16, toFloat16 } from '#src/core/half.js';
import { floatTensor, intTensor, testModel } from './model-builder.js';
import { expectSame, read } from './same-as-runtime.js';

const OPSET = 17;
const IMAGES = { images: { shape: ['batch', 3, 4, 4] } };
const numbers = Array.from({ length: 48 * 2 }, (_, i) => Math.sin(i));
const linear = testModel({
  opset: OPSET,
  nodes: [
    ['Flatten', ['images'], ['rows']],
    ['MatMul', ['rows', 'weights'], ['features']],
  ],
  tensors: { weights: floatTensor(numbers, [48, 2]) },
});

/** Fails unless reading fails with a message that has all parts. */
async function expectRefusal(model: Uint8Array, kind: new (m: string) => Error, ...parts: string[]): Promise<void> {
  const error = await read(model).catch((caught: unknown) => caught as Error);
  expect(error).toBeInstanceOf(kind);
  for (const part of parts) expect((error as Error).message).toContain(part);
}

describe('what is no network of pictures is refused', () => {
  it('a file of 0 bytes, one that is cut short anywhere, and one of something else', async () => {
    await expectRefusal(new Uint8Array(), DataError, 'expected an ONNX model, got 0 bytes.');
    for (const length of [1, 10, 100, linear.length - 300, linear.length - 1]) {
      await expectRefusal(linear.slice(0, length), DataError, 'Fetch or export it again');
    }
    for (const text of [
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n',
      '<!doctype html>',
      '\x89PNG\r\n',
    ]) {
      const bytes = new TextEncoder().encode(text);
      await expectRefusal(bytes, DataError, 'expected an ONNX model, got something else or a file cut short.');
    }
  });

  it('a model of texts', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [['Gather', ['table', 'input_ids'], ['features']]],
      tensors: { table: floatTensor([1, 2, 3, 4], [2, 2]) },
      inputs: { input_ids: { shape: ['batch', 'length'], type: 7 } },
    });
    await expectRefusal(
      model,
      DataError,
      "expected an image network, with one input [batch, 3, height, width], got 'input_ids' [batch, length].",
    );
  });

  it('one for pictures of other channels, or for bytes', async () => {
    const of = (shape: (string | number)[], type = 1): Uint8Array =>
      testModel({ opset: OPSET, nodes: [['Flatten', ['images'], ['features']]], inputs: { images: { shape, type } } });
    await expectRefusal(
      of(['b', 4, 28, 28]),
      DataError,
      "input 'images': expected images in 3 colours, or in grey, got 'images' [b, 4, 28, 28].",
    );
    await expectRefusal(of(['b', 3, 28, 28], 2), DataError, 'expected images in floating-point numbers, got uint8.');
  });

  it('one that adds up blocks which overlap', async () => {
    const model = testModel({
      opset: 18,
      nodes: [
        ['Reshape', ['images', 'shape'], ['rows']],
        ['Col2Im', ['rows', 'maps', 'block'], ['joined']],
        ['Flatten', ['joined'], ['features']],
      ],
      tensors: { shape: intTensor([0, 12, 4]), maps: intTensor([3, 3]), block: intTensor([2, 2]) },
    });
    await expectRefusal(model, OperatorError, 'Col2Im', 'its blocks overlap, or do not fill the picture');
  });

  it('one whose feature pictures do not decide', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [['Neg', ['table'], ['features']]],
      tensors: { table: floatTensor([1, 2], [1, 2]) },
    });
    await expectRefusal(model, DataError, 'expected');
  });
});

describe('inputs', () => {
  const withMask = testModel({
    opset: OPSET,
    nodes: [
      ['Flatten', ['images'], ['image_embeds']],
      ['Mul', ['image_embeds', 'mask'], ['masked']],
    ],
    inputs: { ...IMAGES, mask: { shape: ['batch', 48] } },
    outputs: { masked: { shape: ['batch', 48] }, image_embeds: { shape: ['batch', 48] } },
  });

  it('that the feature does not need are passed over', async () => {
    expect((await read(withMask)).feature).toBe("its output 'image_embeds'");
  });

  it('that it needs are an error which names them, as are two for pictures', async () => {
    await expect(read(withMask, { cut: 'masked' })).rejects.toThrow(
      "expected a network that takes pictures alone, got one that needs its input 'mask' [batch,48], too.",
    );
    const two = testModel({
      opset: OPSET,
      nodes: [['Sub', ['images', 'before'], ['features']]],
      inputs: { ...IMAGES, before: { shape: ['batch', 3, 4, 4] } },
    });
    await expectRefusal(
      two,
      DataError,
      "got 'images' [batch, 3, 4, 4] and 'before' [batch, 3, 4, 4].",
      'takes pictures alone',
    );
  });

  it('with their colours last are read as they are', async () => {
    const nodes = [['Flatten', ['images'], ['features']]] as const;
    const network = await expectSame(testModel({ opset: OPSET, nodes, inputs: { images: { shape: ['b', 4, 6, 3] } } }));
    expect(network.input).toMatchObject({ layout: 'nhwc', height: 4, width: 6 });
    const open = testModel({ opset: OPSET, nodes, inputs: { images: { shape: ['b', 'h', 'w', 'c'] } } });
    await expectSame(open, { layout: 'nhwc', height: 5, width: 3 });
  });

  it('of a size that is left open want one, and of a fixed size others only if they fit', async () => {
    const averaged = (height: number | string, width: number | string): Uint8Array =>
      testModel({
        opset: OPSET,
        nodes: [
          ['GlobalAveragePool', ['images'], ['means']],
          ['Flatten', ['means'], ['features']],
        ],
        inputs: { images: { shape: ['b', 3, height, width] } },
      });
    const open = averaged('h', 'w');
    await expect(read(open)).rejects.toThrow(ArgumentError);
    await expect(read(open)).rejects.toThrow(
      'height: expected a number of pixels, since the model leaves it open, got none.',
    );
    await expect(read(linear, { height: 5, width: 5 })).rejects.toThrow(
      /^height: expected 4 pixels, as the model is made for, got 5: .*MatMul/,
    );
    const network = await expectSame(averaged(4, 4), { height: 5, width: 6, expected: open });
    expect(network).toMatchObject({ input: { height: 5, width: 6 }, dim: 3 });
  });
});

describe('operators', () => {
  it('that are not known are named, with node, domain and version, and what can be done', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['Det', ['rows'], ['odd']],
        ['Neg', ['odd'], ['features']],
      ],
    });
    await expectRefusal(
      model,
      OperatorError,
      "node 'the_det': Det (ai.onnx, opset 17) cannot be read: it is not among the operators known here.",
      'Take the features before it with --cut, or export without it.',
    );
    expect((await read(model, { cut: 'the_flatten' })).dim).toBe(48);
    const foreign = testModel({ opset: OPSET, nodes: [['Relu', ['images'], ['features'], {}, 'test']] });
    await expectRefusal(foreign, OperatorError, "node 'the_relu': Relu (test, opset 1) cannot be read");
  });

  it('of quantized models are refused', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['QuantizeLinear', ['images', 'scale', 'zero'], ['bytes']],
        ['DequantizeLinear', ['bytes', 'scale', 'zero'], ['numbers']],
        ['Flatten', ['numbers'], ['features']],
      ],
      tensors: { scale: floatTensor([0.1], []), zero: { shape: [], data: Uint8Array.of(3), type: 2 } },
    });
    await expectRefusal(model, OperatorError, 'the model is quantized, and integers cannot be trained.');
  });

  it('of normalisation in training mode are refused', async () => {
    const vector = floatTensor([1, 1, 1]);
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['BatchNormalization', ['images', 'v', 'v', 'v', 'v'], ['features', 'm', 's'], { training_mode: { int: 1 } }],
      ],
      tensors: { v: vector },
    });
    await expectRefusal(model, OperatorError, 'it is in training mode. Export the model for inference');
  });
});

describe('weights', () => {
  it('in float16 are read as float32, and casts between widths are none', async () => {
    const half = toFloat16(Float32Array.from(numbers));
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Cast', ['images'], ['halves'], { to: { int: 10 } }],
        ['Flatten', ['halves'], ['rows']],
        ['MatMul', ['rows', 'weights'], ['product']],
        ['Cast', ['product'], ['features'], { to: { int: 1 } }],
      ],
      tensors: { weights: { shape: [48, 2], data: half } },
    });
    const widened = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['MatMul', ['rows', 'weights'], ['features']],
      ],
      tensors: { weights: floatTensor([...fromFloat16(half)], [48, 2]) },
    });
    const network = await expectSame(model, { expected: widened });
    expect(network.parameters.get('weights')?.dtype).toBe('float32');
  });

  it('in a file that is not there are asked for', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['MatMul', ['rows', 'weights'], ['features']],
      ],
      tensors: { weights: { ...floatTensor(numbers, [48, 2]), external: 'weights.bin' } },
    });
    await expectRefusal(
      model,
      DataError,
      "expected the file 'weights.bin' beside the model, which holds its weights, got none.",
    );
    const file = new Uint8Array(Float32Array.from(numbers).buffer);
    const network = await read(model, { external: () => file });
    expect(network.parameters.get('weights')?.data).toEqual(Float32Array.from(numbers));
  });
});

describe('the cut', () => {
  const model = testModel({
    opset: OPSET,
    nodes: [
      ['Relu', ['images'], ['maps']],
      ['Flatten', ['maps'], ['rows']],
      ['Gemm', ['rows', 'w1'], ['hidden']],
      ['Gemm', ['hidden', 'w2'], ['scores']],
      ['Softmax', ['scores'], ['logits']],
    ],
    tensors: {
      w1: floatTensor(numbers, [48, 2]),
      w2: floatTensor([1, 2, 3, 4, 5, 6], [2, 3]),
      axes: intTensor([1]),
    },
    outputs: { logits: { shape: ['b', 3] } },
  });

  it('is before the classifier, whose scores may have passed a softmax', async () => {
    const network = await read(model);
    expect(network).toMatchObject({ dim: 2, feature: "what its last layer, 'the_gemm_2', is given: 'hidden'" });
    expect([...network.parameters.keys()]).toEqual(['w1']);
  });

  it('is any node or value by name, maps by the mean of their places', async () => {
    expect(await read(model, { cut: 'scores' })).toMatchObject({ dim: 3, feature: "'scores', as asked for" });
    expect(await read(model, { cut: 'the_relu' })).toMatchObject({
      dim: 3,
      feature: "the mean of its 4×4 places of 'the_relu', as asked for",
    });
    await expect(read(model, { cut: 'nothing' })).rejects.toThrow(
      "cut: expected the name of a node or value, got 'nothing'. The last are the_gemm, the_gemm_2, the_softmax.",
    );
  });
});
