/** @file Chooses how a convolution and its gradients are computed on a target. */

import { fromBlocked } from '../ops/blocked.js';
import { add } from '../ops/elementwise.js';
import { reshape } from '../ops/reshape.js';
import type { InputGradientWindow, WeightGradientWindow, Window } from '../ops/window.js';
import type { Target } from '../target.js';
import type { Value } from '../value.js';
import { blockedConv, blockedInputGradient, blockedWeightGradient } from './blocked-convolution.js';
import {
  depthwiseConv,
  depthwiseInputGradient,
  depthwiseWeightGradient,
  groupedWeightGradient,
  mergeGroups,
} from './grouped-convolution.js';
import { shiftChannels } from './in-blocks.js';
import { rectifiedAgain } from './lower-relu.js';
import { pointwiseWeightGradient } from './pointwise.js';
import { portableConv, portableInputGradient, portableWeightGradient } from './portable-convolution.js';
import { widerConv, widerInputGradient, widerWeightGradient } from './wider-channels.js';
import { winogradConv, winogradInputGradient, winogradWeightGradient } from './winograd.js';

type Pair = readonly [Value, Value];

/** One group, and a kernel without holes. */
function isPlain({ group, dilations }: Window): boolean {
  return group === undefined && dilations === undefined;
}

export function lowerConv(
  pair: Pair,
  bias: Value | undefined,
  window: Window,
  target: Target,
): readonly [Value] | null {
  const y = convInBlocks(...pair, window, target) ?? portableConv(...pair, window, target.device);
  if (!y || !bias) return y && [y];
  const shifted = shiftChannels(y, bias);
  return [shifted ? fromBlocked(shifted, y.shape[1]!) : add(y, reshape(bias, [bias.shape[0]!, 1, 1]))];
}

function convInBlocks(x: Value, w: Value, window: Window, target: Target): Value | null {
  const { channelBlock: block } = target;
  if (block === undefined) return null;
  if (isPlain(window)) {
    const way = (images: Value, kernel: Value): Value | null =>
      winogradConv(images, kernel, window, block) ?? blockedConv(images, kernel, window, block);
    return widerConv(x, w, window, target, way);
  }
  const merged = mergeGroups(w, window, block);
  return depthwiseConv(x, w, window, block) ?? (merged && blockedConv(x, merged.w, merged.window, block));
}

export function lowerInputGradient([dy, w]: Pair, window: InputGradientWindow, target: Target): readonly [Value] {
  // Version 0.1 had phases of one length only.
  const isKnown =
    target.generation !== 1 || window.extents.every((extent, axis) => extent % window.strides[axis]! === 0);
  return [
    (isKnown && inputGradientInBlocks(dy, w, window, target)) || portableInputGradient(dy, w, window, target.device),
  ];
}

function inputGradientInBlocks(dy: Value, w: Value, window: InputGradientWindow, target: Target): Value | null {
  const { channelBlock: block } = target;
  if (block === undefined) return null;
  if (isPlain(window)) {
    const way = (gradient: Value, kernel: Value): Value | null =>
      winogradInputGradient(gradient, kernel, window, block) ?? blockedInputGradient(gradient, kernel, window, block);
    return widerInputGradient(dy, w, window, target, way);
  }
  const merged = mergeGroups(w, window, block);
  return (
    depthwiseInputGradient(dy, w, window, block) ?? (merged && blockedInputGradient(dy, merged.w, merged.window, block))
  );
}

export function lowerWeightGradient(
  [images, dy]: Pair,
  window: WeightGradientWindow,
  target: Target,
): readonly [Value] {
  const x = rectifiedAgain(images, dy);
  return [weightGradientInBlocks(x, dy, window, target) ?? portableWeightGradient(x, dy, window, target.device)];
}

function weightGradientInBlocks(x: Value, dy: Value, window: WeightGradientWindow, target: Target): Value | null {
  const { channelBlock: block } = target;
  if (block === undefined) return null;
  const ofOneGroup = (seen: Value, gradient: Value, alone: WeightGradientWindow): Value | null =>
    pointwiseWeightGradient(seen, gradient, alone, block) ??
    (isPlain(alone) ? winogradWeightGradient(seen, gradient, alone, block) : null) ??
    blockedWeightGradient(seen, gradient, alone, block);
  if (window.group === undefined) return widerWeightGradient(x, dy, window, target, ofOneGroup);
  return (
    depthwiseWeightGradient(x, dy, window, block) ??
    // What fills blocks has a gradient in blocks.
    groupedWeightGradient(x, dy, window, block, (...group) => ofOneGroup(...group)!)
  );
}
