/**
 * @file Convolutions of channels that nearly fill blocks, as those of 24 or 40: with channels of zeros that fill them.
 *
 * In blocks, results keep these channels, and so do the elementwise operators after them; nobody else sees them.
 */
import { blockedOf, fromBlocked, toBlocked } from '../ops/blocked.js';
import { pad } from '../ops/padding.js';
import { slice } from '../ops/slice.js';
import type { InputGradientWindow, WeightGradientWindow, Window } from '../ops/window.js';
import type { Target } from '../target.js';
import type { Value } from '../value.js';

/** The most that may be added: half as many as there are. */
const MOST = 1.5;

/** A number of channels that fills blocks; the same number where it has to grow by too much, or in version 0.1. */
function wholeBlocks(channels: number, { channelBlock: block = 1, generation }: Target): number {
  const wide = Math.ceil(channels / block) * block;
  return generation !== 1 && channels > block && wide <= MOST * channels ? wide : channels;
}

function widerImages(x: Value, target: Target): Value {
  const wide = wholeBlocks(x.shape[1]!, target);
  return wide === x.shape[1] ? x : fromBlocked(toBlocked(x, wide));
}

function widerKernel(w: Value, target: Target): Value {
  const [o, c] = w.shape as [number, number];
  return pad(w, [0, 0, 0, 0, wholeBlocks(o, target) - o, wholeBlocks(c, target) - c, 0, 0]);
}

/** The channels that count, of a result in blocks. */
function narrower(y: Value | null, channels: number): Value | null {
  return y === null || y.shape[1] === channels ? y : fromBlocked(blockedOf(y)!, channels);
}

type Way<W extends Window> = (a: Value, b: Value, window: W) => Value | null;

export function widerConv(x: Value, w: Value, window: Window, target: Target, way: Way<Window>): Value | null {
  return narrower(way(widerImages(x, target), widerKernel(w, target), window), w.shape[0]!);
}

export function widerInputGradient(
  dy: Value,
  w: Value,
  window: InputGradientWindow,
  target: Target,
  way: Way<InputGradientWindow>,
): Value | null {
  return narrower(way(widerImages(dy, target), widerKernel(w, target), window), w.shape[1]!);
}

export function widerWeightGradient(
  x: Value,
  dy: Value,
  window: WeightGradientWindow,
  target: Target,
  way: Way<WeightGradientWindow>,
): Value | null {
  const dw = way(widerImages(x, target), widerImages(dy, target), window);
  const [o, c] = [dy.shape[1]!, x.shape[1]!];
  return dw === null || (dw.shape[0] === o && dw.shape[1] === c) ? dw : slice(dw, [0, 0], [o, c], [0, 1]);
}
