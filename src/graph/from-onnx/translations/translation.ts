/** @file What it takes to read an operator of ONNX. */
import type { Attributes } from '../../operator.js';
import type { Value } from '../../value.js';
import type { NodeOperands } from '../operands.js';

/** Our operator of a name, with the attributes that the node has for it. @throws {OperatorError} if there is none */
export type Apply = (
  node: NodeOperands,
  name: string,
  operands: readonly Value[],
  changed?: Attributes,
) => readonly Value[];

/** The results of a node of some operator. */
export type Translation = (node: NodeOperands, apply: Apply) => readonly Value[];

/** By the operators' names; those of other domains as `domain.Name`. */
export type Translations = Readonly<Record<string, Translation>>;
