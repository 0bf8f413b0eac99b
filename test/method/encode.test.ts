import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { toOnnx } from '#src/graph/onnx.js';
import { input } from '#src/graph/value.js';
import { describeGraph, encodeGraph, encoderOnnx } from '#src/method/encode.js';
import type { EncoderOptions } from '#src/nn/encoders/encoder.js';
import { type EncoderName, encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { resnet18 } from '#src/nn/encoders/resnet.js';
import { batchNorm2d } from '#src/nn/layers.js';
import { Variables } from '#src/nn/variables.js';
import { relativeError } from '../oracles/tensor.js';
import { TOLERANCES } from '../tolerances.js';
import { evaluate } from './evaluate.js';

const SEED = 21;

/** Weights and running statistics as no initializer gives them. */
function trained(variables: Variables): Map<string, Float32Array> {
  const random = new Random(SEED, 'sample');
  const values = variables.initialValues(SEED);
  for (const [name, tensor] of values) {
    if (/(bn\d|downsample\.1|fc_norm)\./.test(name))
      for (let i = 0; i < tensor.length; i++) tensor[i]! += 0.3 * random.uniform();
  }
  return values;
}

describe('encoderOnnx', () => {
  const size = 33;
  const exported: [EncoderName, EncoderOptions][] = [
    ['resnet18', { stem: 'cifar', width: 8, dim: 5 }],
    ['resnet18', { stem: 'imagenet', width: 12, dim: 16, featureNorm: true }],
    ['resnet18', { stem: 'imagenet', width: 16, dim: 8 }],
    ['resnet50', { stem: 'cifar', width: 4, dim: 7, featureNorm: true }],
    ['alexnet', { stem: 'cifar', width: 8, dim: 5 }],
    ['vgg16', { stem: 'cifar', width: 4, dim: 6, featureNorm: true }],
  ];
  for (const [name, options] of exported) {
    const { stem, width, featureNorm } = options;
    const norm = featureNorm ? ', normalised features' : '';
    it(`${name}, ${stem} stem, width ${width}${norm}: one model has the evaluation graph's features at any batch`, async () => {
      const encoder = encoderNamed(name, options);
      const variables = new Variables('evaluation');
      encodeGraph(encoder, { batch: 1, size }, variables);
      const weights = trained(variables);
      const model = encoderOnnx(encoder, size, weights, { size: String(size) });
      const session = await InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
      for (const batch of [1, 2, 5]) {
        const random = new Random(SEED, 'draw', batch);
        const images = Float32Array.from({ length: batch * 3 * size * size }, () => random.normal());
        const graph = encodeGraph(encoder, { batch, size }, new Variables('evaluation'));
        const expected = (await evaluate(graph, { images, ...Object.fromEntries(weights) }))['features']!;
        const { features } = await session.run({ images: new Tensor('float32', images, [batch, 3, size, size]) });
        expect(features!.dims).toEqual([batch, options.dim]);
        expect(relativeError(features!.data as Float32Array, expected)).toBeLessThan(TOLERANCES.float32.features);
      }
      await session.release();
    });
  }

  it('looks at pictures twice as large, too, by one copy of the weights', async () => {
    const encoder = encoderNamed('resnet18', { stem: 'half', width: 8, dim: 5 });
    const [side, dim, batch] = [32, 6, 3];
    const variables = new Variables('evaluation');
    encodeGraph(encoder, { batch: 1, size: side }, variables);
    const weights = trained(variables);
    const random = new Random(SEED, 'draw');
    const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
    const images = draw(batch * 3 * (2 * side) ** 2);
    const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.3, 0.3, 0.3] } as const;
    const without = { colours: 0, edges: 0, turns: 1, flip: 0 } as const;
    const settingsOf = (zoom: 1 | 2) => ({ ...without, ...normalisation, zoom });

    // The stages of both, each of an encoder that is asked for one size alone.
    const halved = new Float32Array(images.length / 4);
    for (let i = 0; i < halved.length; i++) {
      const [plane, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
      const at = plane * (2 * side) ** 2 + 2 * y * 2 * side + 2 * x;
      halved[i] = (images[at]! + images[at + 1]! + images[at + 2 * side]! + images[at + 2 * side + 1]!) / 4;
    }
    const parts = await Promise.all(
      (
        [
          [side, halved],
          [2 * side, images],
        ] as const
      ).map(async ([size, pixels]) => {
        const graph = describeGraph(encoder, { batch, size }, new Variables('evaluation'), settingsOf(1));
        return Object.values(await evaluate(graph, { images: pixels, ...Object.fromEntries(weights) }));
      }),
    );
    const blocks = parts.flat();
    const inputs = blocks.reduce((sum, rows) => sum + rows.length / batch, 0);
    const readout = { weight: draw(dim * inputs), bias: draw(dim), settings: settingsOf(2) };
    const expected = Array.from({ length: batch }, (_, n) => {
      const row = blocks.flatMap((rows) => [
        ...rows.subarray((n * rows.length) / batch, ((n + 1) * rows.length) / batch),
      ]);
      const y = [...readout.bias].map((bias, d) =>
        row.reduce((sum, x, i) => sum + x * readout.weight[d * inputs + i]!, bias),
      );
      return y.map((value) => value / Math.hypot(...y));
    });

    const model = encoderOnnx(encoder, side, weights, {}, readout);
    const session = await InferenceSession.create(model, { logSeverityLevel: 3, intraOpNumThreads: 1 });
    const { features } = await session.run({ images: new Tensor('float32', images, [batch, 3, 2 * side, 2 * side]) });
    expect(relativeError(features!.data as Float32Array, Float32Array.from(expected.flat()))).toBeLessThan(1e-5);
    await session.release();
    const numBytes = 4 * [...weights.values()].reduce((sum, { length }) => sum + length, 0);
    expect(model.length).toBeLessThan(1.2 * numBytes);
  });

  it('refuses weights that are missing or of another size', () => {
    const encoder = resnet18({ stem: 'cifar', width: 8, dim: 5 });
    const export_ = (weights: Map<string, Float32Array>): unknown => encoderOnnx(encoder, 32, weights, {});
    expect(() => export_(new Map())).toThrow(ShapeError);
    expect(() => export_(new Map())).toThrow('conv1.weight: expected float32[8, 3, 3, 3], got nothing.');
    expect(() => export_(new Map([['conv1.weight', new Float32Array(3)]]))).toThrow('got 3 numbers.');
  });

  it('has a batch normalisation that follows no convolution as a scale and a shift', async () => {
    const constants = new Map(
      [
        ['bn.weight', [2, 3]],
        ['bn.bias', [1, -1]],
        ['bn.running_mean', [0.5, 0]],
        ['bn.running_var', [4 - 1e-5, 1 - 1e-5]],
      ].map(([name, numbers]) => [name as string, Float32Array.from(numbers as number[])]),
    );
    const x = input('x', [1, 2, 1, 2]);
    const session = await InferenceSession.create(
      toOnnx({ y: batchNorm2d(new Variables('folded', constants), 'bn', x) }),
    );
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(0.5, 2.5, 1, -1), [1, 2, 1, 2]) });
    await session.release();
    expect(Array.from(y!.data as Float32Array)).toEqual([1, 3, 2, -4].map((z) => expect.closeTo(z, 5)));
  });
});
