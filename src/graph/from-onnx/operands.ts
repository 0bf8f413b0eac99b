/** @file A node of a model on its way into our graph: its operands and attributes, as whoever translates it asks for them. */
import { OperatorError } from '../../core/errors.js';
import type { Value } from '../value.js';
import type { OnnxNode } from './onnx-model.js';
import { type OnnxTensor, toNumbers } from './onnx-tensor.js';

/** A tensor of the model's file by its name: what becomes a parameter, or a running statistic. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: OnnxTensor;
}

/** The two faces of an operand: a value of our graph, and its numbers where they are known. */
export interface Operand {
  readonly name: string;
  /** In our graph; a constant or a parameter where its numbers are known. */
  readonly value: Value;
  /** Undefined for what depends on the images. */
  readonly tensor: OnnxTensor | undefined;
  /** Whether it is a parameter as the file has it. */
  readonly isStored: boolean;
}

/** Batch normalisation as a model has it: what it scales by and shifts with, and the running statistics. */
export interface BatchNormTensors {
  readonly weight: NamedTensor;
  readonly bias: NamedTensor;
  readonly mean: NamedTensor;
  readonly variance: NamedTensor;
}

/** How tensors of the model enter the graph: as constants, or as inputs that are trained. */
export interface TensorsOfNetwork {
  /** A parameter of the network. */
  parameter(tensor: NamedTensor): Value;
  /**
   * Batch normalisation of each channel, the second axis.
   *
   * @param x float32[n, c, ...]
   */
  batchNorm(x: Value, tensors: BatchNormTensors, epsilon: number): Value;
}

export class NodeOperands {
  readonly node: OnnxNode;
  /** Version of the operator set that the node is of. */
  readonly opset: number;
  readonly tensors: TensorsOfNetwork;
  readonly #operands: readonly (Operand | undefined)[];

  constructor(node: OnnxNode, opset: number, operands: readonly (Operand | undefined)[], tensors: TensorsOfNetwork) {
    this.node = node;
    this.opset = opset;
    this.tensors = tensors;
    this.#operands = operands;
  }

  /** Operands that are given. */
  get count(): number {
    return this.#operands.length;
  }

  has(position: number): boolean {
    return this.#operands[position] !== undefined;
  }

  operand(position: number): Operand {
    return this.#operands[position] ?? this.refuse(`operand ${position} is missing`);
  }

  value(position: number): Value {
    return this.operand(position).value;
  }

  values(): Value[] {
    return this.#operands.map((_, position) => this.value(position));
  }

  /** The numbers of an operand that sets how the operator works, such as axes. @throws {OperatorError} if images decide them */
  numbers(position: number): number[] {
    const { tensor, name } = this.operand(position);
    return tensor ? toNumbers(tensor) : this.refuse(`'${name}' depends on the pictures`);
  }

  /** The same, or undefined where the operand is left out. */
  numbersIfAny(position: number): number[] | undefined {
    return this.has(position) ? this.numbers(position) : undefined;
  }

  int(name: string, otherwise?: number): number {
    return this.node.attributes.get(name)?.int ?? otherwise ?? this.refuse(`attribute '${name}' is missing`);
  }

  float(name: string, otherwise?: number): number {
    return this.node.attributes.get(name)?.float ?? otherwise ?? this.refuse(`attribute '${name}' is missing`);
  }

  text(name: string, otherwise: string): string {
    return this.node.attributes.get(name)?.text || otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.node.attributes.get(name)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.node.attributes.get(name)?.floats;
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    return counted >= 0 && counted < rank ? counted : this.refuse(`axis ${axis} of ${rank}`);
  }

  /** @throws {OperatorError} always, with the node, its operator and what of it cannot be read */
  refuse(reason: string, cause?: Error): never {
    const { name, operator, domain, outputs } = this.node;
    throw new OperatorError(
      `node '${name || outputs[0]}': ${operator} (${domain || 'ai.onnx'}, opset ${this.opset}) cannot be read: ${reason}.`,
      { cause },
    );
  }
}
