/** @file A graph as text, for golden tests and for reading. */
import { type ConstantValue, type Outputs, show, topologicalOrder, type Value } from './value.js';

/** Longer constants are printed as their type only. */
const MAX_PRINTED = 8;

/** One line a node, `%3: float32[2, 4] = Relu(%2)`, then the outputs. */
export function print(outputs: Outputs): string {
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    if (value.kind === 'input') return value.name;
    return value.kind === 'constant' ? printConstant(value) : names.get(value)!;
  };
  const lines = topologicalOrder(Object.values(outputs)).map(({ definition, attributes, inputs, outputs: results }) => {
    const left = results.map((value) => {
      names.set(value, `%${names.size}`);
      return `${nameOf(value)}: ${show(value)}`;
    });
    const settings = Object.entries(attributes).map(
      ([name, value]) => ` ${name}=${Array.isArray(value) ? `[${value.join(', ')}]` : value}`,
    );
    return `${left.join(', ')} = ${definition.name}(${inputs.map(nameOf).join(', ')})${settings.join('')}`;
  });
  const results = Object.entries(outputs).map(([name, value]) => `${name} = ${nameOf(value)}`);
  return [...lines, `return ${results.join(', ')}`].join('\n');
}

function printConstant(value: ConstantValue): string {
  if (value.data.length > MAX_PRINTED) return `constant ${show(value)}`;
  const items = Array.from<number | bigint>(value.data).join(', ');
  return value.shape.length === 0 ? items : `[${items}]`;
}
