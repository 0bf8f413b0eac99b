/** @file Chooses how a convolution and its gradients are computed on a target. */
import type { InputGradientWindow, WeightGradientWindow } from '../ops/conv.js';
import type { Window } from '../ops/window.js';
import type { Target } from '../target.js';
import type { Value } from '../value.js';
import { blockedConv, blockedInputGradient, blockedWeightGradient } from './blocked-convolution.js';
import { portableConv, portableInputGradient, portableWeightGradient } from './portable-convolution.js';

type Pair = readonly [Value, Value];

export function lowerConv([x, w]: Pair, window: Window, { device, channelBlock }: Target): readonly [Value] | null {
  const [o, c] = w.shape as [number, number];
  if (channelBlock !== undefined && o % channelBlock === 0 && (c % channelBlock === 0 || c < channelBlock)) {
    return [blockedConv(x, w, window, channelBlock)];
  }
  const portable = portableConv(x, w, window, device);
  return portable && [portable];
}

export function lowerInputGradient(
  [dy, w]: Pair,
  window: InputGradientWindow,
  { channelBlock }: Target,
): readonly [Value] {
  const fits = channelBlock !== undefined && w.shape[0]! % channelBlock === 0 && w.shape[1]! % channelBlock === 0;
  return [(fits && blockedInputGradient(dy, w, window, channelBlock)) || portableInputGradient(dy, w, window)];
}

export function lowerWeightGradient(
  [x, dy]: Pair,
  window: WeightGradientWindow,
  { device, channelBlock }: Target,
): readonly [Value] {
  const fits = channelBlock !== undefined && dy.shape[1]! % channelBlock === 0;
  return [fits ? blockedWeightGradient(x, dy, window, channelBlock) : portableWeightGradient(x, dy, window, device)];
}
