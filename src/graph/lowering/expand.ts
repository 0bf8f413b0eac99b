/** @file Leaves the repeating of a broadcast operand to the operator, which does it without a copy. */
import type { OperatorDefinition } from '../operator.js';
import { Expand } from '../ops/reduce.js';
import { sameShape, type Value } from '../value.js';

/** The operands of an operator that broadcasts, each before its Expand where the others see to the same shape. */
export function withoutExpand(definition: OperatorDefinition, operands: readonly Value[]): readonly Value[] {
  if (!definition.broadcasts) return operands;
  const shapeOf = (values: readonly Value[]): readonly number[] => definition.infer(values, {})[0]!.shape;
  return operands.reduce<readonly Value[]>((values, operand, i) => {
    if (operand.kind !== 'result' || operand.node.definition !== Expand.definition) return values;
    const shorter = values.with(i, operand.node.inputs[0]!);
    return sameShape(shapeOf(shorter), shapeOf(values)) ? shorter : values;
  }, operands);
}
