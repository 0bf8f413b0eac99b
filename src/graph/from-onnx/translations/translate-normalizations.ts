/** @file Normalisations. */
import type { NamedTensor, NodeOperands } from '../operands.js';
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
};

function stored(node: NodeOperands, position: number): NamedTensor {
  const { name, tensor } = node.operand(position);
  return tensor ? { name, tensor } : node.refuse(`'${name}' is computed, and not in the file`);
}
