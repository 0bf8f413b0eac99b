/** @file What the engine knows of an operator: its name, its attributes, its shapes, its gradient, its lowering. */
import type { Target } from './target.js';
import type { ResultValue, TensorType, Value } from './value.js';

export type Attribute = number | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** How an attribute is written to ONNX. Declared, because `1` does not tell an int from a float. */
export type AttributeKind = 'int' | 'float' | 'ints' | 'floats' | 'string';

/** The kinds that can carry an attribute's TypeScript type. */
export type KindsOf<A extends Attributes> = { readonly [K in keyof A]-?: KindOf<NonNullable<A[K]>> };
type KindOf<T> = T extends string ? 'string' : T extends number ? 'int' | 'float' : 'ints' | 'floats';

/** A fixed-length tuple for a literal length, an array for a variadic operator. */
export type Tuple<T, N extends number> = number extends N
  ? readonly T[]
  : N extends 1
    ? readonly [T]
    : N extends 2
      ? readonly [T, T]
      : N extends 3
        ? readonly [T, T, T]
        : N extends 4
          ? readonly [T, T, T, T]
          : N extends 5
            ? readonly [T, T, T, T, T]
            : never;

/** Gradients arriving at a node's outputs; `null` marks an output the loss does not use. */
export type OutputGradients<O extends number> = O extends 1 ? readonly [Value] : Tuple<Value | null, O>;

/** Says, with a reason, that an operator has no useful derivative. */
export class NoGradient {
  constructor(readonly reason: string) {}
}

export function noGradient(reason: string): NoGradient {
  return new NoGradient(reason);
}

/** Marks an operator that differentiation walks around in silence: what is behind it counts as a constant. */
export const HELD_CONSTANT = new NoGradient('held constant');

/**
 * Gradients of the inputs from those of the outputs; `null` where an input is not differentiable (indices, shapes).
 *
 * A rule states mathematics only: the engine sums over broadcast axes, adds up several uses, and checks types.
 */
export type GradientRule<I extends number, O extends number, A extends Attributes> = (
  node: { readonly inputs: Tuple<Value, I>; readonly outputs: Tuple<Value, O>; readonly attributes: A },
  outputGradients: OutputGradients<O>,
) => Tuple<Value | null, I>;

/** One operator, whole. */
export interface OperatorDefinition<
  // biome-ignore lint/suspicious/noExplicitAny: a node holds operators of every arity, and arity is contravariant here
  I extends number = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  O extends number = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  A extends Attributes = any,
> {
  /** Name in ONNX, or a name of ours if the operator is always lowered. */
  readonly name: string;
  /** ONNX operator set; the standard one if absent. */
  readonly domain?: string;
  readonly attributes?: KindsOf<A>;
  /** Inputs follow NumPy broadcasting; the engine then sums each gradient back to its input's shape. */
  readonly broadcasts?: true;
  /** Works on each element alone, so it may be computed in any layout. */
  readonly elementwise?: true;
  /**
   * Types of the outputs.
   *
   * @throws {ShapeError} that names the operator and what does not fit
   */
  infer(inputs: Tuple<TensorType, I>, attributes: A): Tuple<TensorType, O>;
  readonly gradient: GradientRule<I, O, A> | NoGradient;
  /**
   * The same outputs from other operators, the way that is fast on `target`; `null` to emit the operator as it is.
   *
   * Operators of ours, which ONNX does not have, must lower on every target.
   */
  lower?(inputs: Tuple<Value, I>, attributes: A, target: Target): Tuple<Value, O> | null;
}

/** A definition, callable: adds one such node and returns its outputs. The type remembers whether it has a gradient. */
export type Operator<I extends number, O extends number, A extends Attributes, G> = ((
  inputs: Tuple<Value, I>,
  attributes: A,
) => Tuple<ResultValue, O>) & { readonly definition: OperatorDefinition<I, O, A> & { readonly gradient: G } };

// biome-ignore lint/complexity/noBannedTypes: `{}` is exactly "no attributes" here
export type None = {};

export function operator<I extends number, O extends number = 1, A extends Attributes = None>(
  definition: OperatorDefinition<I, O, A> & { readonly gradient: NoGradient },
): Operator<I, O, A, NoGradient>;
export function operator<I extends number, O extends number = 1, A extends Attributes = None>(
  definition: OperatorDefinition<I, O, A> & { readonly gradient: GradientRule<I, O, A> },
): Operator<I, O, A, GradientRule<I, O, A>>;
export function operator<I extends number, O extends number, A extends Attributes>(
  definition: OperatorDefinition<I, O, A>,
): unknown {
  return Object.assign((inputs: Tuple<Value, I>, attributes: A) => applyOperator(definition, inputs, attributes), {
    definition,
  });
}

/** Adds one node of any operator to the graph and returns its outputs. */
export function applyOperator(
  definition: OperatorDefinition,
  inputs: readonly Value[],
  attributes: Attributes,
): readonly ResultValue[] {
  const types: readonly TensorType[] = definition.infer(inputs, attributes);
  const outputs: ResultValue[] = [];
  const node = { definition, attributes, inputs, outputs };
  types.forEach(({ dtype, shape }, index) => {
    outputs.push({ kind: 'result', dtype, shape, node, index });
  });
  return outputs;
}
