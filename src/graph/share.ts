/** @file Shares equal subexpressions: what two operators both need is computed once. */
import { applyOperator, type OperatorDefinition } from './operator.js';
import { type ConstantValue, type Outputs, topologicalOrder, type Value } from './value.js';

/** Numbers of a constant that it is looked up by; what begins alike is compared to the end. */
const LOOKED_UP = 64;

/** Its numbers by their bits, which tell 0 from −0. */
function bitsOf({ data: { buffer, byteOffset, byteLength } }: ConstantValue): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** The same for equal constants, of all that it is asked for. */
function equalConstants(): (value: ConstantValue) => ConstantValue {
  const begun = new Map<string, ConstantValue[]>();
  return (value) => {
    const bits = bitsOf(value);
    const key = `${value.dtype}[${value.shape}] ${bits.subarray(0, LOOKED_UP)}`;
    const others = begun.get(key) ?? [];
    begun.set(key, others);
    const equal = others.find((other) => other === value || bitsOf(other).every((each, i) => each === bits[i]));
    if (equal === undefined) others.push(value);
    return equal ?? value;
  };
}

/** The same graph with equal nodes, and equal constants, merged (value numbering). */
export function share(outputs: Outputs): Outputs {
  const numbers = new Map<Value, number>();
  const numberOf = (value: Value): number => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  const definitions = new Map<OperatorDefinition, number>();
  const definitionNumber = (definition: OperatorDefinition): number => {
    const number = definitions.get(definition) ?? definitions.size;
    definitions.set(definition, number);
    return number;
  };

  const constant = equalConstants();
  const nodes = new Map<string, readonly Value[]>();
  const shared = new Map<Value, Value>();
  const resolve = (value: Value): Value => {
    if (value.kind === 'input') return value;
    if (value.kind === 'result') return shared.get(value)!;
    return constant(value);
  };
  for (const { definition, attributes, inputs, outputs: results } of topologicalOrder(Object.values(outputs))) {
    const operands = inputs.map(resolve);
    const key = `${definitionNumber(definition)} ${operands.map(numberOf)} ${JSON.stringify(attributes)}`;
    const first = nodes.get(key) ?? applyOperator(definition, operands, attributes);
    nodes.set(key, first);
    results.forEach((result, i) => {
      shared.set(result, first[i]!);
    });
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, resolve(value)]));
}
