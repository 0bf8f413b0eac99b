/** @file Elementwise operators between blocked convolutions: computed in blocks, and fused into what produced them. */
import type { OperatorDefinition } from '../operator.js';
import { BlockedAffine, BlockedAffineBounded, blockedAffine, blockedOf, fromBlocked, widened } from '../ops/blocked.js';
import { Clip, HardSigmoid } from '../ops/clip.js';
import { Add, Mul, Neg, Sub } from '../ops/elementwise.js';
import { expand } from '../ops/reduce.js';
import { Relu, ReluGradient } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { type ResultValue, sameShape, scalar, type Value } from '../value.js';

/** Operators that make finite numbers of finite ones. */
const FINITE: ReadonlySet<OperatorDefinition> = new Set(
  [Add, Clip, HardSigmoid, Mul, Neg, Relu, ReluGradient, Sub].map(({ definition }) => definition),
);

/** The blocked tensors behind the operands of an elementwise operator, if all of them (scalars apart) are blocked. */
export function blockedOperands(definition: OperatorDefinition, operands: readonly Value[]): readonly Value[] | null {
  if (!definition.elementwise) return null;
  const blocked: Value[] = [];
  for (const operand of operands) {
    const inBlocks = operand.shape.length === 0 ? operand : blockedOf(operand);
    if (inBlocks === undefined) return null;
    // What channels hold that nobody reads stays finite.
    if (inBlocks.shape[1] !== operand.shape[1] && !FINITE.has(definition)) return null;
    blocked.push(inBlocks);
  }
  const images = blocked.filter(({ shape }) => shape.length > 0);
  return images.length > 0 && images.every(({ shape }) => sameShape(shape, images[0]!.shape)) ? blocked : null;
}

/**
 * An addition to, or bounds of, what batch normalisation has just scaled and shifted: in the same pass.
 *
 * The unfused result is then needed by nobody, since neither operator's gradient reads its input.
 */
export function fuse(definition: OperatorDefinition, blocked: readonly Value[]): readonly Value[] | null {
  if (definition === Relu.definition && isAffine(blocked[0]!)) {
    const { inputs, attributes } = blocked[0].node;
    return BlockedAffineBounded(inputs, { ...(attributes as AffineAttributes), activation: 'Relu' });
  }
  if (definition === Clip.definition && isAffine(blocked[0]!)) {
    const { inputs, attributes } = blocked[0].node;
    const bounds = blocked.slice(1).flatMap((bound) => (bound.kind === 'constant' ? [Number(bound.data[0])] : []));
    if (bounds.length < 2) return null;
    const activation = { activation: 'Clip', activation_params: bounds };
    return BlockedAffineBounded(inputs, { ...(attributes as AffineAttributes), ...activation });
  }
  if (definition === Add.definition) {
    for (const [value, addend] of [blocked, blocked.toReversed()] as [Value, Value][]) {
      if (!isAffine(value) || value.node.inputs.length !== 3 || addend.shape.length === 0) continue;
      return BlockedAffine([...value.node.inputs, addend], value.node.attributes as AffineAttributes);
    }
  }
  return null;
}

/** A number added to each channel, as a convolution has after batch normalisation was folded into it: in blocks, too. */
export function shiftInBlocks(definition: OperatorDefinition, operands: readonly Value[]): Value | null {
  if (definition !== Add.definition) return null;
  for (const [images, shift] of [operands, operands.toReversed()] as [Value, Value][]) {
    const x = blockedOf(images);
    const channels = images.shape[1];
    if (x === undefined || channels === undefined || !sameShape(shift.shape, [channels, 1, 1])) continue;
    return fromBlocked(shiftedBlocks(x, reshape(shift, [channels])), channels);
  }
  return null;
}

/** Blocked images with a number of `shift` float32[c] added to each channel; `null` if `images` are not in blocks. */
export function shiftChannels(images: Value, shift: Value): Value | null {
  const x = blockedOf(images);
  return x ? shiftedBlocks(x, shift) : null;
}

function shiftedBlocks(x: Value, shift: Value): Value {
  return blockedAffine(x, expand(scalar(1), [x.shape[1]!]), widened(shift, x.shape[1]!));
}

type AffineAttributes = Parameters<typeof BlockedAffine>[1];

function isAffine(value: Value): value is ResultValue {
  return value.kind === 'result' && value.node.definition === BlockedAffine.definition;
}
