import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { toOnnx } from '#src/graph/onnx.js';
import { input } from '#src/graph/value.js';
import { encodeGraph, encoderOnnx } from '#src/method/encode.js';
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
