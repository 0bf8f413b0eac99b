/** @file Values and nodes. A graph is whatever its outputs reach; there is no container to keep in step. */
import type { Attributes, OperatorDefinition } from './operator.js';

export type DType = 'float32' | 'int64' | 'int32' | 'bool';
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface InputValue extends TensorType {
  readonly kind: 'input';
  readonly name: string;
}

export interface ConstantValue extends TensorType {
  readonly kind: 'constant';
  /** What it is called in a model, if that matters: the parameters of an encoder are found by it. */
  readonly name?: string;
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

export interface ResultValue extends TensorType {
  readonly kind: 'result';
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly index: number;
}

export type Value = InputValue | ConstantValue | ResultValue;

/** One application of an operator. */
export interface Node {
  readonly definition: OperatorDefinition;
  readonly attributes: Attributes;
  readonly inputs: readonly Value[];
  readonly outputs: readonly ResultValue[];
}

/** A graph, seen from its named outputs. */
export type Outputs = Readonly<Record<string, Value>>;

/** A named place for a tensor that is fed on every run. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): InputValue {
  return { kind: 'input', name, dtype, shape };
}

/** A float32 constant of the given shape. */
export function floats(values: ArrayLike<number>, shape: Shape = [values.length], name?: string): ConstantValue {
  return {
    kind: 'constant',
    dtype: 'float32',
    shape,
    data: Float32Array.from(values),
    ...(name !== undefined && { name }),
  };
}

/** An int64 constant of the given shape: indices, axes, extents. */
export function ints(values: readonly number[], shape: Shape = [values.length]): ConstantValue {
  return { kind: 'constant', dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) };
}

/** float32[] holding `x`. */
export function scalar(x: number): ConstantValue {
  return floats([x], []);
}

/** A type as it is written everywhere: `float32[128, 64]`. */
export function show({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(', ')}]`;
}

/** How many elements a tensor of this shape has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * The nodes that `outputs` depend on, producers first.
 *
 * Iterative, because networks are deeper than the call stack is polite.
 */
export function topologicalOrder(outputs: Iterable<Value>): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { readonly node: Node; nextInput: number }[] = [];
  const visit = (value: Value): void => {
    if (value.kind !== 'result' || seen.has(value.node)) return;
    seen.add(value.node);
    stack.push({ node: value.node, nextInput: 0 });
  };
  for (const output of outputs) {
    visit(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const producer = top.node.inputs[top.nextInput++];
      if (producer !== undefined) {
        visit(producer);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
