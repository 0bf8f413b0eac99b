/**
 * @file Networks that people bring from elsewhere, as they come out of an ONNX file, but with random weights: what it costs to
 * train them further does not depend on what they know. Channels and depths are those of the papers.
 */
import { softmaxAlong } from '#src/graph/ops/along-axis.js';
import { clip } from '#src/graph/ops/clip.js';
import { conv } from '#src/graph/ops/conv.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { gelu } from '#src/graph/ops/gelu.js';
import { layerNormalization } from '#src/graph/ops/layer-normalization.js';
import { matMul } from '#src/graph/ops/matmul.js';
import { expand, mean } from '#src/graph/ops/reduce.js';
import { reshape } from '#src/graph/ops/reshape.js';
import { concat, split, transpose } from '#src/graph/ops/shape.js';
import { scalar, type Value } from '#src/graph/value.js';
import type { Encoder } from '#src/nn/encoders/encoder.js';
import { constant, kaimingNormal, uniformFanIn } from '#src/nn/initializers.js';
import { batchNorm2d, linear } from '#src/nn/layers.js';
import type { Variables } from '#src/nn/variables.js';

/** Of the features. */
const DIM = 128;

/** Inverted residuals: how much wider they are inside, channels, how many, stride of the first, side of the kernel. */
type Stage = readonly [expansion: number, channels: number, count: number, stride: number, kernel: number];

/** Sandler et al. 2018, table 2. */
const MOBILENET_V2: readonly Stage[] = [
  ...([
    [1, 16, 1, 1, 3],
    [6, 24, 2, 2, 3],
    [6, 32, 3, 2, 3],
    [6, 64, 4, 2, 3],
  ] as const),
  ...([
    [6, 96, 3, 1, 3],
    [6, 160, 3, 2, 3],
    [6, 320, 1, 1, 3],
  ] as const),
];
/** EfficientNet-B0's (Tan and Le 2019, table 1), without squeeze and excitation and with ReLU6. */
const EFFICIENTNET_LITE0: readonly Stage[] = [
  ...([
    [1, 16, 1, 1, 3],
    [6, 24, 2, 2, 3],
    [6, 40, 2, 2, 5],
    [6, 80, 3, 2, 3],
  ] as const),
  ...([
    [6, 112, 3, 1, 5],
    [6, 192, 4, 2, 5],
    [6, 320, 1, 1, 3],
  ] as const),
];

/** The networks by name. */
export const NETWORKS: Readonly<Record<string, Encoder>> = {
  mobilenetv2: encoder('mobilenetv2', (variables, images) => inverted(variables, images, MOBILENET_V2)),
  'efficientnet-lite0': encoder('efficientnet-lite0', (variables, images) =>
    inverted(variables, images, EFFICIENTNET_LITE0),
  ),
  'vit-s': encoder('vit-s', transformer),
};

function encoder(name: string, features: (variables: Variables, images: Value) => Value): Encoder {
  return {
    name,
    head: 'head',
    leastSize: 224,
    anySize: false,
    build: (variables, images) => linear(variables, 'head', features(variables, images), DIM),
  };
}

interface Layer {
  readonly kernel: number;
  readonly stride?: number;
  readonly group?: number;
}

/** A convolution and batch normalisation. */
function normalized(variables: Variables, name: string, x: Value, channels: number, layer: Layer): Value {
  const { kernel, stride = 1, group = 1 } = layer;
  const shape = [channels, x.shape[1]! / group, kernel, kernel];
  const weight = variables.parameter(`${name}.weight`, shape, kaimingNormal((channels / group) * kernel * kernel));
  return batchNorm2d(variables, `${name}_bn`, conv(x, weight, { stride, padding: (kernel - 1) / 2, group }));
}

const relu6 = (x: Value): Value => clip(x, 0, 6);

function inverted(variables: Variables, images: Value, stages: readonly Stage[]): Value {
  let x = relu6(normalized(variables, 'stem', images, 32, { kernel: 3, stride: 2 }));
  for (const [s, [expansion, channels, count, first, kernel]] of stages.entries()) {
    for (let i = 0; i < count; i++) {
      const name = `blocks.${s}.${i}`;
      const [inside, stride] = [x.shape[1]! * expansion, i === 0 ? first : 1];
      const wide = expansion === 1 ? x : relu6(normalized(variables, `${name}.expand`, x, inside, { kernel: 1 }));
      const moved = relu6(normalized(variables, `${name}.depthwise`, wide, inside, { kernel, stride, group: inside }));
      const narrow = normalized(variables, `${name}.project`, moved, channels, { kernel: 1 });
      x = stride === 1 && x.shape[1] === channels ? add(x, narrow) : narrow;
    }
  }
  return mean(relu6(normalized(variables, 'last', x, 1280, { kernel: 1 })), [2, 3]);
}

/** ViT-S/16: 12 blocks of 384 numbers, 6 heads (Touvron et al. 2021). */
function transformer(variables: Variables, images: Value): Value {
  const [n, , side] = images.shape as [number, number, number];
  const [dim, heads, patch] = [384, 6, 16];
  const tokens = (side / patch) ** 2;
  const parameter = (name: string, ...shape: number[]): Value =>
    variables.parameter(name, shape, shape.length === 1 ? constant(0) : uniformFanIn(shape.at(-2)!));
  const dense = (name: string, x: Value, out: number): Value =>
    add(matMul(x, parameter(`${name}.weight`, x.shape[2]!, out)), parameter(`${name}.bias`, out));
  const norm = (name: string, x: Value): Value =>
    layerNormalization(x, variables.parameter(`${name}.weight`, [dim], constant(1)), parameter(`${name}.bias`, dim));
  const weight = variables.parameter('patch.weight', [dim, 3, patch, patch], kaimingNormal(dim));
  const patches = transpose(reshape(conv(images, weight, { stride: patch }), [n, dim, tokens]), [0, 2, 1]);
  const ofClass = expand(parameter('cls', 1, 1, dim), [n, 1, dim]);
  let x = add(concat([ofClass, patches], 1), parameter('pos', 1, tokens + 1, dim));
  for (let i = 0; i < 12; i++) {
    const name = `blocks.${i}`;
    const qkv = dense(`${name}.qkv`, norm(`${name}.norm1`, x), 3 * dim);
    const inHeads = transpose(reshape(qkv, [n, tokens + 1, 3, heads, dim / heads]), [2, 0, 3, 1, 4]);
    const [q, k, v] = split(inHeads, 0, [1, 1, 1]).map((part) => reshape(part, part.shape.slice(1))) as [
      Value,
      Value,
      Value,
    ];
    const scores = matMul(mul(q, scalar((dim / heads) ** -0.5)), transpose(k, [0, 1, 3, 2]));
    const looked = reshape(transpose(matMul(softmaxAlong(scores), v), [0, 2, 1, 3]), [n, tokens + 1, dim]);
    x = add(x, dense(`${name}.proj`, looked, dim));
    x = add(x, dense(`${name}.fc2`, gelu(dense(`${name}.fc1`, norm(`${name}.norm2`, x), 4 * dim)), dim));
  }
  const [first] = split(norm('norm', x), 1, [1, tokens]) as [Value];
  return reshape(first, [n, dim]);
}
