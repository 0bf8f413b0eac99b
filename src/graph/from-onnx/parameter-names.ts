/** @file Which tensors of a model are parameters, to be trained, and which are constants of its definition. */
import { sizeOf } from '../value.js';
import { isFloat } from './element-type.js';
import type { OnnxNode } from './onnx-model.js';
import type { StoredTensor } from './onnx-tensor.js';

/** `blocks.0.ls1.gamma` as PyTorch names what is trained; not `/blocks.0/Constant_output_0`, nor `onnx::Mul_12`. */
const NAMED_BY_PEOPLE = /^(?![/_])(?!.*::)[^/]*\.[^/]*[a-z_]$/i;

/**
 * Whether a tensor of floats is a parameter: it has several numbers, or PyTorch's kind of name. A single number is
 * mostly one that the model computes with, a divisor or an exponent.
 */
export function isParameterTensor(name: string, { type, shape }: StoredTensor): boolean {
  return isFloat(type) && (sizeOf(shape) > 1 || NAMED_BY_PEOPLE.test(name));
}

/** Operands that are weights wherever they come from, a node `Constant` too: positions by operator. */
const WEIGHTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2, 3, 4],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  GroupNormalization: [1, 2],
};

/** Names of all values that a node reads as its weights. */
export function weightNames(nodes: readonly OnnxNode[]): Set<string> {
  return new Set(
    nodes.flatMap(({ operator, inputs }) => (WEIGHTS[operator] ?? []).flatMap((position) => inputs[position] ?? [])),
  );
}
