/** @file A convolutional classifier of 3 kB, as somebody else's file might be. */
import { writeFile } from 'node:fs/promises';
import { Random } from '#src/core/random.js';
import { toOnnx } from '#src/graph/onnx.js';
import { conv } from '#src/graph/ops/conv.js';
import { add } from '#src/graph/ops/elementwise.js';
import { matmul } from '#src/graph/ops/linear.js';
import { mean } from '#src/graph/ops/reduce.js';
import { relu } from '#src/graph/ops/relu.js';
import { floats, input, type Outputs, type Shape, sizeOf, type Value } from '#src/graph/value.js';

/** Numbers of its feature. */
export const FEATURE_DIM = 12;
/** Side of its pictures, in pixels. */
export const NETWORK_SIZE = 16;

/** Names of its parameters up to the feature. */
export const PARAMETERS = ['stem.weight', 'stem.bias', 'block.weight', 'block.bias'] as const;

const SHAPES: Readonly<Record<string, Shape>> = {
  'stem.weight': [8, 3, 3, 3],
  'stem.bias': [8, 1, 1],
  'block.weight': [FEATURE_DIM, 8, 3, 3],
  'block.bias': [FEATURE_DIM, 1, 1],
  'head.weight': [5, FEATURE_DIM],
  'head.bias': [5],
};

/** Its weights: the same always. */
export function tinyWeights(): Map<string, Float32Array> {
  const entries = Object.entries(SHAPES).map(([name, shape], place): [string, Float32Array] => {
    const random = new Random(7, 'init', place);
    const scale = name.endsWith('bias') ? 0.1 : Math.sqrt(2 / sizeOf(shape.slice(1)));
    return [name, Float32Array.from({ length: sizeOf(shape) }, () => scale * random.normal())];
  });
  return new Map(entries);
}

/** Its feature, float32[batch, FEATURE_DIM]. */
export function tinyFeature(images: Value, tensor: (name: string) => Value): Value {
  const stem = relu(add(conv(images, tensor('stem.weight'), { stride: 2, padding: 1 }), tensor('stem.bias')));
  const block = conv(stem, tensor('block.weight'), { stride: 2, padding: 1 });
  return mean(relu(add(block, tensor('block.bias'))), [2, 3]);
}

/** The ONNX file: images to the scores of five classes. */
export function tinyNetwork(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const weights = tinyWeights();
  const tensor = (name: string): Value => floats(weights.get(name)!, SHAPES[name], name);
  const graph = (batch: number): Outputs => {
    const images = input('images', [batch, 3, NETWORK_SIZE, NETWORK_SIZE]);
    const scores = matmul(tinyFeature(images, tensor), tensor('head.weight'), { transB: true });
    return { scores: add(scores, tensor('head.bias')) };
  };
  return toOnnx(graph, { metadata });
}

export async function writeTinyNetwork(path: string, metadata?: Readonly<Record<string, string>>): Promise<string> {
  await writeFile(path, tinyNetwork(metadata));
  return path;
}
