/** @file Normalisations. */
import { conv } from '../../ops/conv.js';
import { add, div, mul, sqrt, sub } from '../../ops/elementwise.js';
import { pow } from '../../ops/functions.js';
import { mean } from '../../ops/reduce.js';
import { floats, scalar, type Value } from '../../value.js';
import type { NamedTensor, NodeOperands } from '../operands.js';
import { images } from './translate-windows.js';
import type { Translations } from './translation.js';

/** PyTorch's, and ONNX's default. */
const EPSILON = 1e-5;

export const NORMALIZATIONS: Translations = {
  BatchNormalization: (node) => {
    if (node.int('training_mode', 0) !== 0) {
      node.refuse('it is in training mode. Export the model for inference (in PyTorch: model.eval())');
    }
    const [weight, bias, mean, variance] = [1, 2, 3, 4].map((position) => stored(node, position)) as [
      NamedTensor,
      NamedTensor,
      NamedTensor,
      NamedTensor,
    ];
    return [node.tensors.batchNorm(node.value(0), { weight, bias, mean, variance }, node.float('epsilon', EPSILON))];
  },
  LRN: (node) => [acrossChannels(node)],
  MeanVarianceNormalization: (node) => {
    const x = node.value(0);
    const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => node.axis(axis, x.shape.length));
    if (axes.includes(0))
      node.refuse('it normalises over the pictures of a batch, of which each is to be looked at by itself');
    const centred = sub(x, mean(x, axes, true));
    // ONNX's own definition of it.
    return [div(centred, add(sqrt(mean(mul(centred, centred), axes, true)), scalar(1e-9)))];
  },
};

/** Local response normalisation (Krizhevsky et al. 2012): each channel divided by how strong those beside it are. */
function acrossChannels(node: NodeOperands): Value {
  const [x] = images(node);
  const channels = x.shape[1]!;
  const size = node.int('size');
  const share = node.float('alpha', 1e-4) / size;
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const isBeside = (to: number, from: number): boolean => from >= to - before && from <= to + after;
  const beside = Array.from({ length: channels ** 2 }, (_, i) =>
    isBeside(Math.floor(i / channels), i % channels) ? share : 0,
  );
  const strength = conv(mul(x, x), floats(beside, [channels, channels, 1, 1]));
  return mul(x, pow(add(strength, scalar(node.float('bias', 1))), scalar(-node.float('beta', 0.75))));
}

function stored(node: NodeOperands, position: number): NamedTensor {
  const { name, tensor } = node.operand(position);
  return tensor ? { name, tensor } : node.refuse(`'${name}' is computed, and not in the file`);
}
