/** @file A graph for any size of batch, made of what it is for three. */
import { ShapeError } from '../core/errors.js';
import { evenly, TRIED_BATCHES } from './evenly.js';
import { noGradient, operator } from './operator.js';
import { add, mul } from './ops/elementwise.js';
import { Reshape } from './ops/reshape.js';
import {
  type ConstantValue,
  type InputValue,
  ints,
  type Node,
  type Outputs,
  type ResultValue,
  sameShape,
  topologicalOrder,
  type Value,
} from './value.js';

/** The extents of some axes of a tensor, when it is there. */
const Extents = operator<1, 1, { start: number; end: number }>({
  name: 'Shape',
  attributes: { start: 'int', end: 'int' },
  infer: (_, { start, end }) => [{ dtype: 'int64', shape: [end - start] }],
  gradient: noGradient('shapes are integers'),
});

/**
 * The graph for as many pictures as its first input brings. Integers that differ from batch to batch, as shapes do, are
 * computed from that number where the graph is run.
 *
 * @param build the graph for a batch, the first extent of its inputs
 * @returns a graph to be written: its types are those of one batch
 * @throws {ShapeError} if more than integers differ, or they do not grow evenly with the batch
 */
export function forAnyBatch(build: (batch: number) => Outputs): Outputs {
  const graphs = TRIED_BATCHES.map(build);
  const [order, ...others] = graphs.map((outputs) => topologicalOrder(Object.values(outputs))) as [Node[], ...Node[][]];
  const values = new Map<Value, Value>();
  const images = order.flatMap(({ inputs }) => inputs).find((value): value is InputValue => value.kind === 'input');
  let batch: Value | undefined;
  const resolve = (alike: readonly Value[], isShapeOfReshape: boolean): Value => {
    const [value] = alike as [Value];
    if (value.kind !== 'constant') return values.get(value) ?? value;
    const found = values.get(value);
    if (found && !isShapeOfReshape) return found;
    const terms = termsOf(alike);
    if (!terms) return value;
    if (isShapeOfReshape && terms.slopes.filter((slope) => slope !== 0).length === 1) {
      return ints(terms.base.map((extent, i) => (terms.slopes[i] === 0 ? extent : -1)));
    }
    if (!images) throw odd(value, 'without an input');
    batch ??= Extents([images], { start: 0, end: 1 })[0];
    const computed = add(mul(batch, ints(terms.slopes, value.shape)), ints(terms.base, value.shape));
    values.set(value, computed);
    return computed;
  };
  order.forEach((node, place) => {
    const alike = [node, ...others.map((nodes) => nodes[place]!)];
    if (alike.some((other) => !isAlike(node, other))) throw odd(node.outputs[0]!, `in ${node.definition.name}`);
    const inputs = node.inputs.map((_, i) =>
      resolve(
        alike.map((other) => other.inputs[i]!),
        node.definition === Reshape.definition && i === 1,
      ),
    );
    // Its types are known, and a shape that is computed would not tell them.
    const outputs: ResultValue[] = [];
    const copy: Node = { definition: node.definition, attributes: node.attributes, inputs, outputs };
    for (const output of node.outputs) {
      const result = { ...output, node: copy };
      outputs.push(result);
      values.set(output, result);
    }
  });
  return Object.fromEntries(
    Object.keys(graphs[0]!).map((name) => [
      name,
      resolve(
        graphs.map((outputs) => outputs[name]!),
        false,
      ),
    ]),
  );
}

function isAlike(a: Node, b: Node | undefined): boolean {
  return (
    b !== undefined &&
    a.definition === b.definition &&
    a.inputs.length === b.inputs.length &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes)
  );
}

interface Terms {
  /** The constant is base + slopes · batch. */
  readonly base: readonly number[];
  readonly slopes: readonly number[];
}

/** @returns undefined for a constant that is the same for every batch */
function termsOf(alike: readonly Value[]): Terms | undefined {
  const [first] = alike as [ConstantValue];
  if (alike.every((value) => isSameConstant(value, first))) return undefined;
  const lists = alike.map((value) =>
    value.kind === 'constant' && value.data instanceof BigInt64Array && sameShape(value.shape, first.shape)
      ? Array.from(value.data, Number)
      : [],
  );
  const at = lists.every(({ length }) => length > 0) ? evenly(lists) : undefined;
  if (!at) throw odd(first, 'in a constant');
  const base = at(0);
  return { base, slopes: at(1).map((extent, i) => extent - base[i]!) };
}

function isSameConstant(a: Value, b: ConstantValue): boolean {
  if (a === b) return true;
  if (a.kind !== 'constant' || a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false;
  const data: ArrayLike<number | bigint> = a.data;
  return data === b.data || b.data.every((value: number | bigint, i: number) => Object.is(value, data[i]));
}

function odd({ dtype, shape }: Value, where: string): ShapeError {
  return new ShapeError(
    `any batch: expected a graph whose shapes alone depend on the batch, and evenly, got another ${where}, ${dtype}[${shape}] for ${TRIED_BATCHES[0]} pictures.`,
  );
}
