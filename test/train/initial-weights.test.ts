import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DataError } from '#src/core/errors.js';
import { encodeGraph, encoderOnnx } from '#src/method/encode.js';
import type { Encoder } from '#src/nn/encoders/encoder.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';
import { writeSafetensors } from '#src/store/tensors/safetensors.js';
import type { Tensor as StoredTensor } from '#src/store/tensors/tensor.js';
import { initialWeights } from '#src/train/initial-weights.js';
import { evaluate } from '../method/evaluate.js';
import { evaluateResnet, evaluateSequence, type Module } from '../oracles/evaluation.js';
import { relativeError, type Tensor } from '../oracles/tensor.js';
import { tempFolder } from '../store/temp-folder.js';
import { TOLERANCES } from '../tolerances.js';
import { drawFile, drawImages, exact, norm, resnet18Shapes, type Shapes } from './drawn-weights.js';

const root = tempFolder();
let numFiles = 0;

async function write(file: ReadonlyMap<string, StoredTensor>, prefix = ''): Promise<string> {
  const path = join(root, `weights-${numFiles++}.safetensors`);
  await writeSafetensors(path, new Map(Array.from(file, ([name, tensor]) => [prefix + name, tensor])));
  return path;
}

async function features(
  encoder: Encoder,
  values: ReadonlyMap<string, Float32Array>,
  images: Tensor,
): Promise<Float32Array> {
  const [batch, , size] = images.shape as [number, number, number];
  const graph = encodeGraph(encoder, { batch, size }, new Variables('evaluation'));
  const feeds = { ...Object.fromEntries(values), images: Float32Array.from(images.data) };
  return (await evaluate(graph, feeds))['features']!;
}

const SMALL = encoderNamed('resnet18', { stem: 'cifar', width: 4, dim: 6 });

describe('weights from a safetensors file', () => {
  for (const prefix of ['', 'module.', 'module.encoder.']) {
    it(`by torchvision's names${prefix && `, each after '${prefix}',`} give the features that the float64 oracle has with them`, async () => {
      const file = drawFile(resnet18Shapes(4, 6));
      const counters = new Map<string, StoredTensor>([
        ['bn1.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) }],
      ]);
      const { values, report } = await initialWeights(await write(new Map([...file, ...counters]), prefix), SMALL, 12);
      const images = drawImages(2, 12);
      const expected = evaluateResnet(exact(file), images);
      const error = relativeError(await features(SMALL, values, images), expected.data);
      expect(error).toBeLessThan(TOLERANCES.float32.features);
      expect(report.loaded.length).toBe(file.size);
      expect(report).toMatchObject({ converted: [], isFolded: false, random: [], unused: [] });
    });
  }

  it('leave the head at random where it has another shape, and say so', async () => {
    const file = drawFile([...resnet18Shapes(4, 1000), ['projector.weight', [3, 3]]]);
    const { values, report } = await initialWeights(await write(file), SMALL, 12);
    expect(report.random).toEqual(['fc.weight', 'fc.bias']);
    expect(report.unused).toEqual(['fc.bias', 'fc.weight', 'projector.weight']);
    expect(values.has('fc.bias')).toBe(false);
    expect(report.loaded.length).toBe(file.size - 3);
  });

  it('leave at random what is not in the file', async () => {
    const file = drawFile(resnet18Shapes(4, 6).filter(([name]) => !name.startsWith('layer4.')));
    const { report } = await initialWeights(await write(file), SMALL, 12);
    expect(report.random[0]).toBe('layer4.0.conv1.weight');
    expect(report.random.every((name) => name.startsWith('layer4.'))).toBe(true);
  });

  it('are refused where a tensor outside the head has another shape, with its name', async () => {
    const path = await write(drawFile(resnet18Shapes(8, 6)));
    const wrong = initialWeights(path, SMALL, 12);
    await expect(wrong).rejects.toThrow(DataError);
    await expect(wrong).rejects.toThrow('conv1.weight: expected [4,3,3,3], as this resnet18 has it, got [8,3,3,3].');
  });

  it('are refused where nothing fits, and where the file is of another kind', async () => {
    const path = await write(drawFile([['blocks.0.attn.qkv.weight', [3, 4]]]));
    await expect(initialWeights(path, SMALL, 12)).rejects.toThrow(
      'expected weights of a resnet18, such as conv1.weight, got blocks.0.attn.qkv.weight. Give the --encoder',
    );
    await expect(initialWeights('weights.pth', SMALL, 12)).rejects.toThrow(ArgumentError);
    await expect(initialWeights('weights.pth', SMALL, 12)).rejects.toThrow(
      'init: expected a file ending in .safetensors or .onnx',
    );
    await expect(initialWeights(join(root, 'none.safetensors'), SMALL, 12)).rejects.toThrow(DataError);
  });

  const conv = (stride: number, padding: number): Module => ({ kind: 'conv', stride, padding });
  const [relu, normalisation]: Module[] = [{ kind: 'relu' }, { kind: 'norm' }];
  const pool = (side: number): Module => ({ kind: 'pool', side });

  it("of torchvision's alexnet, which has biases and no batch normalisation, give its features", async () => {
    const [width, size, dim] = [4, 67, 5];
    const modules = [
      conv(4, 2),
      relu,
      pool(3),
      conv(1, 2),
      relu,
      pool(3),
      conv(1, 1),
      relu,
      conv(1, 1),
      relu,
      conv(1, 1),
      relu,
      pool(3),
    ] as Module[];
    const kernels: [number, number, number, number][] = [
      [0, 4, 3, 11],
      [3, 12, 4, 5],
      [6, 24, 12, 3],
      [8, 16, 24, 3],
      [10, 16, 16, 3],
    ];
    const file = drawFile([
      ...kernels.flatMap(
        ([number, out, from, side]): Shapes => [
          [`features.${number}.weight`, [out, from, side, side]],
          [`features.${number}.bias`, [out]],
        ],
      ),
      ...(
        [
          [1, 256, 16],
          [4, 256, 256],
          [6, dim, 256],
        ] as const
      ).flatMap(
        ([number, out, from]): Shapes => [
          [`classifier.${number}.weight`, [out, from]],
          [`classifier.${number}.bias`, [out]],
        ],
      ),
    ]);
    const encoder = encoderNamed('alexnet', { stem: 'imagenet', width, dim });
    const { values, report } = await initialWeights(await write(file), encoder, size);
    const images = drawImages(2, size);
    const expected = evaluateSequence(exact(file), modules, [1, 4, 6], images);
    expect(relativeError(await features(encoder, values, images), expected.data)).toBeLessThan(
      TOLERANCES.float32.features,
    );
    expect(report).toMatchObject({ isFolded: true, random: [], unused: [] });
    expect(report.converted).toEqual([0, 4, 8, 11, 14].map((number) => `features.${number}.bias`));
  });

  it("of torchvision's vgg16_bn, whose biases move the running means, give its features", async () => {
    const [width, size, dim] = [2, 32, 5];
    const stages = [
      [1, 2],
      [2, 2],
      [4, 3],
      [8, 3],
      [8, 3],
    ] as const;
    const modules = stages.flatMap(([, count]) => [
      ...Array.from({ length: count }, () => [conv(1, 1), normalisation!, relu!]).flat(),
      pool(2),
    ]);
    let [number, from] = [0, 3];
    const shapes: Shapes[] = [];
    for (const [widths, count] of stages) {
      for (let i = 0; i < count; i++, number += 3) {
        shapes.push(
          [
            [`features.${number}.weight`, [width * widths, from, 3, 3]],
            [`features.${number}.bias`, [width * widths]],
          ],
          norm(`features.${number + 1}`, width * widths),
        );
        from = width * widths;
      }
      number++;
    }
    for (const [layer, out, into] of [
      [0, 128, 16],
      [3, 128, 128],
      [6, dim, 128],
    ] as const) {
      shapes.push([
        [`classifier.${layer}.weight`, [out, into]],
        [`classifier.${layer}.bias`, [out]],
      ]);
    }
    const file = drawFile(shapes.flat());
    const encoder = encoderNamed('vgg16', { stem: 'cifar', width, dim });
    const { values, report } = await initialWeights(await write(file, 'module.'), encoder, size);
    const images = drawImages(2, size);
    const expected = evaluateSequence(exact(file), modules, [0, 3, 6], images);
    expect(relativeError(await features(encoder, values, images), expected.data)).toBeLessThan(
      TOLERANCES.float32.features,
    );
    expect(report.converted.length).toBe(13);
    expect(report).toMatchObject({ isFolded: false, random: [], unused: [] });
  });

  it('are refused where they have another number of convolutions', async () => {
    const path = await write(drawFile([['features.0.weight', [4, 3, 3, 3]]]));
    const encoder = encoderNamed('vgg16', { stem: 'cifar', width: 4, dim: 5 });
    await expect(initialWeights(path, encoder, 32)).rejects.toThrow(
      "expected 13 convolutions under 'features', got 1.",
    );
  });
});

describe('weights from an encoder.onnx', () => {
  for (const [name, featureNorm] of [
    ['resnet18', false],
    ['resnet50', true],
    ['alexnet', true],
  ] as const) {
    it(`of a ${name}${featureNorm ? ' with normalised features' : ''} give the same features, batch normalisation folded as it is`, async () => {
      const encoder = encoderNamed(name, { stem: 'cifar', width: 4, dim: 6, featureNorm });
      const variables = new Variables('evaluation');
      encodeGraph(encoder, { batch: 1, size: 16 }, variables);
      const shapes = [...variables.parameters, ...variables.buffers].map(
        ([key, { value }]) => [key, value.shape] as const,
      );
      const weights = new Map(Array.from(drawFile(shapes), ([key, { data }]) => [key, data]));
      const path = join(root, `encoder-${numFiles++}.onnx`);
      await writeFile(path, encoderOnnx(encoder, 16, weights, { encoder: name }));

      const { values, report } = await initialWeights(path, encoder, 16);
      const images = drawImages(3, 16);
      const expected = await features(encoder, weights, images);
      expect(relativeError(await features(encoder, values, images), expected)).toBeLessThan(
        TOLERANCES.float32.features,
      );
      expect(report).toMatchObject({ isFolded: true, random: [], unused: [] });
      expect(report.loaded.length).toBe(shapes.length);
    });
  }

  it('are refused where the file is no ONNX model, or cut short', async () => {
    const path = join(root, 'broken.onnx');
    await writeFile(path, Uint8Array.of(0x3a, 200, 1, 2));
    await expect(initialWeights(path, SMALL, 12)).rejects.toThrow(
      'expected an ONNX model, got something else or a file cut short',
    );
    await expect(initialWeights(join(root, 'none.onnx'), SMALL, 12)).rejects.toThrow(
      'expected a file that can be read',
    );
  });
});

it('refuses a weight that is not finite, or too large for a float32', async () => {
  for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e300]) {
    const path = join(root, `spoilt-${numFiles++}.safetensors`);
    await writeSafetensors(
      path,
      new Map([['conv1.bias', { dtype: 'F64', shape: [2], data: Float64Array.of(1, value) }]]),
    );
    const error = await initialWeights(path, SMALL, 16).catch((caught: unknown) => caught as Error);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toContain(`${path}: conv1.bias: expected finite weights, got ${value}.`);
  }
});
