/** @file Attention in one node: ONNX's, from opset 23 on, and those that ONNX Runtime makes of several nodes. */
import { softmaxAlong } from '../../ops/along-axis.js';
import { add, mul, where } from '../../ops/elementwise.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import { split, transpose } from '../../ops/shape.js';
import { scalar, type Value } from '../../value.js';
import type { NodeOperands } from '../operands.js';
import type { Translations } from './translation.js';

/** Added to the scores of what must not be looked at: its part of the sum is then 0. */
const NEVER = -1e30;

interface Heads {
  /** float32[batch, heads, tokens, dim] */
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

export const ATTENTION: Translations = {
  Attention: (node) => {
    plain(node, { inputs: [4, 5], outputs: 1, numbers: ['is_causal', 'softcap'] });
    const parts = [node.value(0), node.value(1), node.value(2)] as const;
    const isInHeads = parts[0].shape.length === 4;
    const counts = ['q_num_heads', 'kv_num_heads', 'kv_num_heads'];
    const [q, k, v] = parts.map((x, i) => (isInHeads ? x : inHeads(x, node.int(counts[i]!)))) as [Value, Value, Value];
    if (q.shape[1] !== k.shape[1]) node.refuse('several of its queries share a key');
    const y = attention({ q, k, v }, node.float('scale', scaleOf(q)), node.has(3) ? maskOf(node.value(3)) : undefined);
    return [isInHeads ? y : joined(y)];
  },
  'com.microsoft.Attention': (node) => {
    plain(node, { inputs: [3, 4], outputs: 1, numbers: ['unidirectional', 'do_rotary'] });
    const weighted = matMul(node.value(0), node.value(1));
    const qkv = node.has(2) ? add(weighted, node.value(2)) : weighted;
    const dim = qkv.shape[2]!;
    const parts = split(qkv, 2, node.ints('qkv_hidden_sizes') ?? [dim / 3, dim / 3, dim / 3]);
    return [joinedAttention(node, parts, node.has(5) ? node.value(5) : undefined)];
  },
  'com.microsoft.MultiHeadAttention': (node) => {
    plain(node, { inputs: [4, 6, 7], outputs: 1, numbers: ['unidirectional'] });
    const parts = [node.value(0), node.value(1), node.value(2)];
    const sizes = parts.map(({ shape }) => (shape.length === 3 ? shape[2]! : node.refuse('its operands are packed')));
    const biases = node.has(3) ? split(node.value(3), 0, sizes) : undefined;
    const biased = parts.map((part, i) => (biases ? add(part, biases[i]!) : part));
    return [joinedAttention(node, biased, node.has(5) ? node.value(5) : undefined)];
  },
};

/** Refuses uses that pictures have none of: memory of earlier tokens, masks of lengths, scores as a result. */
function plain(
  node: NodeOperands,
  not: { readonly inputs: readonly number[]; readonly outputs: number; readonly numbers: readonly string[] },
): void {
  const given = not.inputs.find((position) => node.has(position));
  if (given !== undefined) node.refuse(`operand ${given} is used, which pictures need not`);
  if (node.node.outputs.slice(not.outputs).some((name) => name !== ''))
    node.refuse('more than its first result is used');
  const set = not.numbers.find((name) => node.int(name, 0) !== 0 || node.float(name, 0) !== 0);
  if (set !== undefined) node.refuse(`its '${set}' is set, which pictures need not`);
}

/** @param parts queries, keys and values, float32[batch, tokens, dim] each */
function joinedAttention(node: NodeOperands, parts: readonly Value[], bias: Value | undefined): Value {
  const [q, k, v] = parts.map((part) => inHeads(part, node.int('num_heads'))) as [Value, Value, Value];
  return joined(attention({ q, k, v }, node.float('scale', 0) || scaleOf(q), bias));
}

const scaleOf = (q: Value): number => 1 / Math.sqrt(q.shape[3]!);

/** softmax(q kᵀ · scale + bias) v */
function attention({ q, k, v }: Heads, scale: number, bias?: Value): Value {
  const scores = matMul(mul(q, scalar(scale)), transpose(k, [0, 1, 3, 2]));
  return matMul(softmaxAlong(bias ? add(scores, bias) : scores), v);
}

/** float32[batch, tokens, heads · dim] as float32[batch, heads, tokens, dim] */
function inHeads(x: Value, count: number): Value {
  const [batch, tokens, dim] = x.shape as [number, number, number];
  return transpose(reshape(x, [batch, tokens, count, dim / count]), [0, 2, 1, 3]);
}

function joined(y: Value): Value {
  const [batch, count, tokens, dim] = y.shape as [number, number, number, number];
  return reshape(transpose(y, [0, 2, 1, 3]), [batch, tokens, count * dim]);
}

/** A mask says what may be looked at, or is added to the scores as it is. */
function maskOf(mask: Value): Value {
  return mask.dtype === 'bool' ? where(mask, scalar(0), scalar(NEVER)) : mask;
}
