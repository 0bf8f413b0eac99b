/** @file One node of a model in operators of ours. */
import { ShapeError } from '../../core/errors.js';
import { type Attribute, type Attributes, applyOperator, type OperatorDefinition } from '../operator.js';
import * as operators from '../ops/operators.js';
import type { ResultValue, Value } from '../value.js';
import type { OnnxAttribute } from './onnx-model.js';
import type { NodeOperands } from './operands.js';
import { ATTENTION } from './translations/translate-attention.js';
import { POINTWISE } from './translations/translate-elements.js';
import { FUSED } from './translations/translate-fused.js';
import { NORMALIZATIONS } from './translations/translate-normalizations.js';
import { PRODUCTS } from './translations/translate-products.js';
import { REDUCTIONS } from './translations/translate-reductions.js';
import { SHAPES } from './translations/translate-shapes.js';
import { WINDOWS } from './translations/translate-windows.js';
import type { Translations } from './translations/translation.js';

/** Operators whose use in ONNX is not ours word for word: older forms, defaults, axes counted from the end. */
const TRANSLATIONS: Translations = {
  ...ATTENTION,
  ...FUSED,
  ...NORMALIZATIONS,
  ...POINTWISE,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SHAPES,
  ...WINDOWS,
};

/** Our operators by the names that ONNX has for them. */
const BY_NAME = new Map<string, OperatorDefinition>(
  Object.values(operators as Record<string, unknown>).flatMap((each) => {
    const definition = (each as { readonly definition?: OperatorDefinition }).definition;
    return definition ? [[definition.name, definition] as const] : [];
  }),
);

/** Models of numbers in few bits compute in integers, which have no gradient. */
const QUANTIZED = /Quantize|^QLinear|^QGemm|^QAttention|Integer$|^MatMulNBits$/;

/**
 * The results of a node.
 *
 * @throws {OperatorError} if it is an operator, or a use of one, that is not known here
 */
export function translate(node: NodeOperands): readonly Value[] {
  const { operator, domain } = node.node;
  if (QUANTIZED.test(operator)) {
    node.refuse('the model is quantized, and integers cannot be trained. Take the same model in float32 or float16');
  }
  const translation = TRANSLATIONS[domain === '' ? operator : `${domain}.${operator}`];
  try {
    if (translation) return translation(node, apply);
    definitionOf(node, operator);
    return apply(node, operator, node.values());
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return node.refuse(error.message.replace(/\.$/, ''), error);
  }
}

/**
 * Our operator of a name, with the attributes that the node has for it.
 *
 * @param changed attributes that are not as the node has them
 */
function apply(
  node: NodeOperands,
  name: string,
  operands: readonly Value[],
  changed: Attributes = {},
): readonly ResultValue[] {
  const definition = definitionOf(node, name);
  const attributes: Record<string, Attribute> = {};
  for (const [key, attribute] of node.node.attributes) {
    const kind = definition.attributes?.[key];
    if (kind !== undefined) attributes[key] = inKind(attribute, kind);
  }
  return applyOperator(definition, operands, { ...attributes, ...changed });
}

function definitionOf(node: NodeOperands, name: string): OperatorDefinition {
  const definition = BY_NAME.get(name);
  if (definition && (node.node.domain === '' || node.node.operator !== name)) return definition;
  const where = 'Take the features before it with --cut, or';
  return node.refuse(
    node.node.domain === ''
      ? `it is not among the operators known here. ${where} export without it`
      : `it is none of ONNX's own, as programs write them that prepare a model for one runtime. ${where} the model from before that`,
  );
}

function inKind(attribute: OnnxAttribute, kind: 'int' | 'float' | 'string' | 'ints' | 'floats'): Attribute {
  if (kind === 'int') return attribute.int ?? 0;
  if (kind === 'float') return attribute.float ?? 0;
  if (kind === 'string') return attribute.text;
  return kind === 'ints' ? attribute.ints : attribute.floats;
}
