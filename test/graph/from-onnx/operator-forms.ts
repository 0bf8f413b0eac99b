/** @file Operators as several versions of ONNX have them, read as onnxruntime runs them. */
import { describe, it } from 'vitest';
import { type TestNode, type TestTensor, testModel } from './model-builder.js';
import { expectSame } from './same-as-runtime.js';

/** By the operator: nodes between `x` float32[batch, 3, 4, 4] and `y`, of which the rows are flattened. */
export type Forms = Readonly<
  Record<string, readonly [opset: number, nodes: readonly TestNode[], tensors?: Record<string, TestTensor>][]>
>;

export const sines = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i + 1));

export function describeForms(forms: Forms): void {
  describe('an operator is read as onnxruntime runs it', () => {
    for (const [name, each] of Object.entries(forms)) {
      for (const [i, [opset, nodes, tensors = {}]] of each.entries()) {
        it(`${name} of opset ${opset}${i > 0 ? `, form ${i + 1}` : ''}`, async () => {
          const model = testModel({
            opset,
            // So that a batch that is written into a shape would be seen.
            nodes: [['Identity', ['images'], ['x']], ...nodes, ['Flatten', ['y'], ['features']]],
            tensors,
          });
          await expectSame(model);
        });
      }
    }
  });
}
