/** @file The passes that ready a graph for a device, or for a file: after them, only operators the runtime knows are left. */
import { withoutExpand } from './lowering/expand.js';
import { blockedOperands, fuse, shiftInBlocks } from './lowering/in-blocks.js';
import { applyOperator } from './operator.js';
import { fromBlocked } from './ops/blocked.js';
import { share } from './share.js';
import { PORTABLE, type Target } from './target.js';
import { type Outputs, topologicalOrder, type Value } from './value.js';

/**
 * Replaces operators by what they lower to on `target`, producers first, then shares equal subexpressions.
 *
 * A lowering sees its already lowered operands. So where a convolution leaves its result in blocks of channels, the
 * elementwise operators after it stay in blocks too, and the next convolution finds it that way.
 */
export function lower(outputs: Outputs, target: Target): Outputs {
  const lowered = new Map<Value, Value>();
  const resolve = (value: Value): Value => (value.kind === 'result' ? lowered.get(value)! : value);
  for (const { definition, attributes, inputs, outputs: results } of topologicalOrder(Object.values(outputs))) {
    const operands = withoutExpand(definition, inputs.map(resolve));
    const shifted = shiftInBlocks(definition, operands);
    if (shifted) {
      lowered.set(results[0]!, shifted);
      continue;
    }
    const inBlocks = blockedOperands(definition, operands);
    const replacement: readonly Value[] =
      (inBlocks && fuse(definition, inBlocks)) ??
      definition.lower?.(inBlocks ?? operands, attributes, target) ??
      applyOperator(definition, inBlocks ?? operands, attributes);
    results.forEach((result, i) => {
      lowered.set(result, inBlocks ? fromBlocked(replacement[i]!, result.shape[1]!) : replacement[i]!);
    });
  }
  return share(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, resolve(value)])));
}

/** Operators that ONNX has as we have them, though a device may compute them better another way. */
const OF_ONNX = new Set(['Conv', 'ConvTranspose', 'Gemm', 'Resize']);

/** The same graph in ONNX's own operators, for a model that any runtime is to run: what ONNX has is left as it is. */
export function lowerToOnnx(outputs: Outputs): Outputs {
  const lowered = new Map<Value, Value>();
  const resolve = (value: Value): Value => (value.kind === 'result' ? lowered.get(value)! : value);
  for (const { definition, attributes, inputs, outputs: results } of topologicalOrder(Object.values(outputs))) {
    const operands = inputs.map(resolve);
    const replacement =
      (OF_ONNX.has(definition.name) ? null : definition.lower?.(operands, attributes, PORTABLE)) ??
      applyOperator(definition, operands, attributes);
    results.forEach((result, i) => {
      lowered.set(result, replacement[i]!);
    });
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, resolve(value)]));
}
