/** @file Goes through the nodes of a model, for one size of batch, and makes values of our graph of them. */
import { DataError, OperatorError } from '../../core/errors.js';
import type { Shape, Value } from '../value.js';
import { constantOf } from './constant-of.js';
import { checkInBatch, resultInBatch, type ShapesOfOne } from './fixed-batch.js';
import { capturedNames, isPlain } from './node-names.js';
import type { OnnxGraph, OnnxNode } from './onnx-model.js';
import { type OnnxTensor, type StoredTensor, toNumbers } from './onnx-tensor.js';
import { NodeOperands, type Operand, type TensorsOfNetwork } from './operands.js';
import { isParameterTensor, weightNames } from './parameter-names.js';
import { translate } from './translate.js';

/** What the name of a value in the model stands for. */
export interface Binding {
  /** Its first name; nodes that change nothing give it others. */
  readonly name: string;
  /** Whether no image has a part in it: it depends on shapes, constants and parameters alone. */
  readonly isFixed: boolean;
  /** Whether a parameter has a part in it, or it is one. */
  readonly isParameter: boolean;
  /** A tensor of the file. */
  readonly stored?: StoredTensor;
  /** The node that gives it, where it is fixed. */
  readonly producer?: OnnxNode;
  /** Its numbers, once they are known; shapes are known at once. */
  tensor?: OnnxTensor;
  /** It in our graph, once it is wanted there. */
  value?: Value;
}

/** Names whose numbers are wanted; it goes on when it is given them. */
export type Wants = readonly string[];
export type NumbersByName = ReadonlyMap<string, OnnxTensor>;

export interface ReadingPlan {
  readonly graph: OnnxGraph;
  /** The nodes to go through, producers first. */
  readonly nodes: readonly OnnxNode[];
  readonly opsets: ReadonlyMap<string, number>;
  /** Name of the input that takes the images. */
  readonly input: string;
  /** Of a model that is made for one picture at a time. */
  readonly shapesOfOne?: ShapesOfOne;
}

export class ModelReading {
  readonly #plan: ReadingPlan;
  readonly #tensors: TensorsOfNetwork;
  readonly #bindings = new Map<string, Binding>();
  readonly #weightNames: ReadonlySet<string>;
  readonly #batch: number;

  /** @param images as the model's input takes them */
  constructor(plan: ReadingPlan, images: Value, tensors: TensorsOfNetwork) {
    this.#plan = plan;
    this.#tensors = tensors;
    this.#batch = images.shape[0]!;
    this.#weightNames = weightNames(plan.nodes);
    this.#bindStored(plan.graph.tensors);
    this.#bindings.set(plan.input, { name: plan.input, isFixed: false, isParameter: false, value: images });
  }

  /** @throws {DataError} if a node cannot be read, or needs another input of the model */
  *run(): Generator<Wants, void, NumbersByName> {
    yield* this.#read(this.#plan.nodes);
  }

  /** The value of our graph that a name of the model stands for, after `run`. */
  value(name: string): Value {
    return this.#valueOf(name, this.binding(name));
  }

  /** Shapes of all values that pictures decide, after `run`. */
  shapes(): Map<string, Shape> {
    return new Map(
      [...this.#bindings].flatMap(([name, { isFixed, value }]) =>
        value && !isFixed ? [[name, value.shape] as const] : [],
      ),
    );
  }

  binding(name: string): Binding {
    const binding = this.#bindings.get(name);
    if (binding) return binding;
    const port = this.#plan.graph.inputs.find((each) => each.name === name);
    throw new DataError(
      port
        ? `expected a network that takes pictures alone, got one that needs its input '${name}' [${port.shape}], too. Cut it before that with --cut, or export its picture half.`
        : `value '${name}': expected a node before that gives it, got none. The file is damaged; fetch or export it again.`,
    );
  }

  *#read(nodes: readonly OnnxNode[]): Generator<Wants, void, NumbersByName> {
    for (const node of nodes) {
      if (isPlain(node, 'If')) yield* this.#branch(node);
      else if (!this.#bindAtOnce(node)) yield* this.#bindResults(node);
    }
  }

  *#bindResults(node: OnnxNode): Generator<Wants, void, NumbersByName> {
    const operands = node.inputs.map((name) => (name === '' ? undefined : this.binding(name)));
    const outer = capturedNames(node).map((name) => this.binding(name));
    const given = [...operands, ...outer].filter((binding) => binding !== undefined);
    const isFixed = given.every((binding) => binding.isFixed);
    const isParameter = given.some((binding) => binding.isParameter);
    const later: Omit<Binding, 'name'> = { isFixed, isParameter, producer: node };
    if (isFixed && !isParameter) return this.#bindAll(node, () => ({ ...later }));

    yield* this.#want(node.inputs.filter((_, i) => operands[i] && isUnknown(operands[i])));
    try {
      const operandsOf = node.inputs.map((name, i) => operands[i] && this.#operand(name, operands[i]));
      const values = this.#results(new NodeOperands(node, this.#versionOf(node), operandsOf, this.#tensors), isFixed);
      this.#bindAll(node, (i) => ({ ...later, ...(values[i] && { value: values[i] }) }));
    } catch (error) {
      // What no image has a part in may as well be computed now: its result is then the parameter.
      if (!(error instanceof OperatorError && isFixed)) throw error;
      this.#bindAll(node, () => ({ ...later }));
    }
  }

  #results(node: NodeOperands, isFixed: boolean): readonly Value[] {
    const { shapesOfOne } = this.#plan;
    if (!shapesOfOne || isFixed) return translate(node);
    const result = resultInBatch(node, shapesOfOne, this.#batch);
    const results = result ? [result] : translate(node);
    checkInBatch(node, results, shapesOfOne, this.#batch);
    return results;
  }

  #versionOf({ domain }: OnnxNode): number {
    return this.#plan.opsets.get(domain) ?? 1;
  }

  #bindAll(node: OnnxNode, binding: (output: number) => Omit<Binding, 'name'>): void {
    node.outputs.forEach((name, i) => {
      if (name !== '') this.#bindings.set(name, { name, ...binding(i) });
    });
  }

  *#want(names: readonly string[]): Generator<Wants, void, NumbersByName> {
    const wanted = [...new Set(names)];
    if (wanted.length === 0) return;
    for (const [name, tensor] of yield wanted) this.binding(name).tensor = tensor;
  }

  /** Constants, other names for a value, and shapes, which are known without computing anything. */
  #bindAtOnce(node: OnnxNode): boolean {
    const [output] = node.outputs as [string];
    if (isPlain(node, 'Constant')) {
      const stored = node.attributes.get('value')?.tensor;
      if (!stored) return false;
      const isParameter = this.#weightNames.has(output) && isParameterTensor(output, stored);
      this.#bindings.set(output, { name: output, isFixed: true, isParameter, stored });
      return true;
    }
    if (isPlain(node, 'Identity')) {
      this.#bindings.set(output, this.binding(node.inputs[0]!));
      return true;
    }
    if (!isPlain(node, 'Shape') && !isPlain(node, 'Size')) return false;
    const { value, stored } = this.binding(node.inputs[0]!);
    const shape = value?.shape ?? stored?.shape;
    if (!shape) return false;
    const [start, end] = [node.attributes.get('start')?.int ?? 0, node.attributes.get('end')?.int ?? shape.length];
    const numbers = node.operator === 'Shape' ? shape.slice(start, end) : [shape.reduce((a, b) => a * b, 1)];
    const tensor: OnnxTensor = {
      type: 'int64',
      shape: node.operator === 'Shape' ? [numbers.length] : [],
      data: BigInt64Array.from(numbers, BigInt),
    };
    this.#bindings.set(output, { name: output, isFixed: true, isParameter: false, tensor });
    return true;
  }

  /** The branch of an If that the shapes decide for. */
  *#branch(node: OnnxNode): Generator<Wants, void, NumbersByName> {
    const condition = this.binding(node.inputs[0]!);
    const refuse = (reason: string): never =>
      new NodeOperands(node, this.#versionOf(node), [], this.#tensors).refuse(reason);
    if (!condition.isFixed) refuse('what it does depends on the pictures');
    if (isUnknown(condition)) yield* this.#want([node.inputs[0]!]);
    const isTrue = toNumbers(numbersOf(condition))[0] !== 0;
    const branch = node.attributes.get(isTrue ? 'then_branch' : 'else_branch')?.graph ?? refuse('it has no branches');
    this.#bindStored(branch.tensors);
    yield* this.#read(branch.nodes);
    branch.outputs.forEach(({ name }, i) => {
      this.#bindings.set(node.outputs[i]!, this.binding(name));
    });
  }

  #bindStored(tensors: readonly StoredTensor[]): void {
    for (const stored of tensors) {
      const isParameter = isParameterTensor(stored.name, stored);
      this.#bindings.set(stored.name, { name: stored.name, isFixed: true, isParameter, stored });
    }
  }

  #operand(name: string, binding: Binding): Operand {
    const inGraph = (): Value => this.#valueOf(name, binding);
    return {
      name: binding.stored?.name || name,
      get value(): Value {
        return inGraph();
      },
      get tensor(): OnnxTensor | undefined {
        return binding.stored || binding.tensor ? numbersOf(binding) : undefined;
      },
      isStored: binding.stored !== undefined,
    };
  }

  #valueOf(name: string, binding: Binding): Value {
    binding.value ??= binding.isParameter
      ? this.#tensors.parameter({ name: binding.stored?.name || name, tensor: numbersOf(binding) })
      : constantOf(numbersOf(binding));
    return binding.value;
  }
}

function isUnknown({ isFixed, stored, tensor, value }: Binding): boolean {
  return isFixed && !stored && !tensor && !value;
}

function numbersOf({ stored, tensor }: Binding): OnnxTensor {
  return tensor ?? stored!.tensor;
}
