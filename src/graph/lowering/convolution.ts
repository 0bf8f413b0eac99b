/** @file Chooses how a convolution and its gradients are computed on a target. */
import type { InputGradientWindow, WeightGradientWindow, Window } from '../ops/window.js';
import type { Target } from '../target.js';
import type { Value } from '../value.js';
import { blockedConv, blockedInputGradient, blockedWeightGradient } from './blocked-convolution.js';
import { rectifiedAgain } from './lower-relu.js';
import { pointwiseWeightGradient } from './pointwise.js';
import { portableConv, portableInputGradient, portableWeightGradient } from './portable-convolution.js';
import { winogradConv, winogradInputGradient, winogradWeightGradient } from './winograd.js';

type Pair = readonly [Value, Value];

export function lowerConv(
  [x, w]: Pair,
  window: Window,
  { device, channelBlock: block }: Target,
): readonly [Value] | null {
  const y =
    (block && (winogradConv(x, w, window, block) ?? blockedConv(x, w, window, block))) ||
    portableConv(x, w, window, device);
  return y && [y];
}

export function lowerInputGradient(
  [dy, w]: Pair,
  window: InputGradientWindow,
  { channelBlock: block, generation }: Target,
): readonly [Value] {
  const evenOnly = generation === 1;
  const fast =
    block && (winogradInputGradient(dy, w, window, block) ?? blockedInputGradient(dy, w, window, block, evenOnly));
  return [fast || portableInputGradient(dy, w, window)];
}

export function lowerWeightGradient(
  [images, dy]: Pair,
  window: WeightGradientWindow,
  { device, channelBlock: block }: Target,
): readonly [Value] {
  const x = rectifiedAgain(images, dy);
  const fast =
    block &&
    (pointwiseWeightGradient(x, dy, window, block) ??
      winogradWeightGradient(x, dy, window, block) ??
      blockedWeightGradient(x, dy, window, block));
  return [fast || portableWeightGradient(x, dy, window, device)];
}
