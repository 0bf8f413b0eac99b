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
  { device, channelBlock: block }: Target,
): readonly [Value] | null {
  const y = (block && convInBlocks(pair, window, block)) || portableConv(...pair, window, device);
  if (!y || !bias) return y && [y];
  const shifted = shiftChannels(y, bias);
  return [shifted ? fromBlocked(shifted) : add(y, reshape(bias, [bias.shape[0]!, 1, 1]))];
}

function convInBlocks([x, w]: Pair, window: Window, block: number): Value | null {
  if (isPlain(window)) return winogradConv(x, w, window, block) ?? blockedConv(x, w, window, block);
  const merged = mergeGroups(w, window, block);
  return depthwiseConv(x, w, window, block) ?? (merged && blockedConv(x, merged.w, merged.window, block));
}

export function lowerInputGradient(
  [dy, w]: Pair,
  window: InputGradientWindow,
  { channelBlock: block, generation }: Target,
): readonly [Value] {
  // Version 0.1 had phases of one length only.
  const isKnown = generation !== 1 || window.extents.every((extent, axis) => extent % window.strides[axis]! === 0);
  const fast = block && isKnown && inputGradientInBlocks(dy, w, window, block);
  return [fast || portableInputGradient(dy, w, window)];
}

function inputGradientInBlocks(dy: Value, w: Value, window: InputGradientWindow, block: number): Value | null {
  if (isPlain(window)) {
    return winogradInputGradient(dy, w, window, block) ?? blockedInputGradient(dy, w, window, block);
  }
  const merged = mergeGroups(w, window, block);
  return (
    depthwiseInputGradient(dy, w, window, block) ?? (merged && blockedInputGradient(dy, merged.w, merged.window, block))
  );
}

export function lowerWeightGradient(
  [images, dy]: Pair,
  window: WeightGradientWindow,
  { device, channelBlock: block }: Target,
): readonly [Value] {
  const x = rectifiedAgain(images, dy);
  return [(block && weightGradientInBlocks(x, dy, window, block)) || portableWeightGradient(x, dy, window, device)];
}

function weightGradientInBlocks(x: Value, dy: Value, window: WeightGradientWindow, block: number): Value | null {
  if (window.group === undefined) {
    return (
      pointwiseWeightGradient(x, dy, window, block) ??
      (isPlain(window) ? winogradWeightGradient(x, dy, window, block) : null) ??
      blockedWeightGradient(x, dy, window, block)
    );
  }
  return (
    depthwiseWeightGradient(x, dy, window, block) ??
    groupedWeightGradient(
      x,
      dy,
      window,
      block,
      // What fills blocks has a gradient in blocks.
      (ofGroup, dyOfGroup, alone) => weightGradientInBlocks(ofGroup, dyOfGroup, alone, block)!,
    )
  );
}
