/** @file What a graph costs to compute. */
import { Conv } from './ops/conv.js';
import { Gemm } from './ops/linear.js';
import { MatMul } from './ops/matmul.js';
import { type Outputs, sizeOf, topologicalOrder } from './value.js';

/** Multiply-adds of the convolutions and matrix products that `outputs` reach; twice that many floating-point operations. */
export function multiplyAdds(outputs: Outputs): number {
  let total = 0;
  for (const { definition, attributes, inputs, outputs: results } of topologicalOrder(Object.values(outputs))) {
    const [a, b] = inputs;
    if (definition === Conv.definition) total += sizeOf(results[0]!.shape) * sizeOf(b!.shape.slice(1));
    if (definition === MatMul.definition) total += sizeOf(results[0]!.shape) * a!.shape.at(-1)!;
    if (definition === Gemm.definition) total += sizeOf(results[0]!.shape) * a!.shape[attributes['transA'] ? 0 : 1]!;
  }
  return total;
}
