/** @file Chains as networks have them, which a lowering may keep in blocks and fuse. */

import { clip } from '#src/graph/ops/clip.js';
import { conv } from '#src/graph/ops/conv.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { batchNorm, channelAffine } from '#src/graph/ops/normalization.js';
import { mean } from '#src/graph/ops/reduce.js';
import { relu } from '#src/graph/ops/relu.js';
import { slice } from '#src/graph/ops/slice.js';
import { type Shape, scalar, type Value } from '#src/graph/value.js';
import type { GradientCase } from './check.js';

/** Images, a first kernel, scale and shift of its channels, a second kernel. */
function shapes(images: Shape, channels: number): readonly Shape[] {
  const kernel = [channels, channels, 3, 3];
  return [images, [channels, images[1]!, 3, 3], [channels], [channels], kernel];
}

/** Shifts of ±20 by turns, so far from zero that what arrives at a ReLU stays on one side of its kink. */
function awayFromKinks(z: number, index: number, position: number): number {
  if (position === 0) return z;
  if (position === 3) return index % 2 === 0 ? 20 : -20;
  return 0.3 * z;
}

type Build = (x: Value, w: Value, scale: Value, shift: Value, second: Value) => Value;

function chain(name: string, images: Shape, channels: number, build: Build): GradientCase {
  return {
    name,
    inputs: shapes(images, channels),
    build: (xs) => [build(...(xs as [Value, Value, Value, Value, Value]))],
    sample: awayFromKinks,
  };
}

const same = { padding: 1 };

export const CHAINS: readonly GradientCase[] = [
  chain('conv, batchNorm, relu, conv', [5, 16, 5, 4], 16, (x, w, scale, shift, second) =>
    conv(relu(batchNorm(conv(x, w, same), scale, shift).y), second, same),
  ),
  chain('a residual block whose shortcut is blocked too', [5, 3, 5, 6], 16, (x, w, scale, shift, second) => {
    const skip = conv(x, w, same);
    const y = batchNorm(conv(skip, second, same), scale, shift).y;
    return conv(relu(add(y, skip)), second, { stride: 2, padding: 1 });
  }),
  chain('a residual block whose shortcut is not blocked', [5, 16, 5, 4], 16, (x, w, scale, shift) =>
    relu(add(x, batchNorm(conv(x, w, same), scale, shift).y)),
  ),
  chain('batchNorm read twice, once by a relu', [5, 16, 4, 4], 16, (x, w, scale, shift) => {
    const y = batchNorm(conv(x, w, same), scale, shift).y;
    return add(relu(y), mul(y, scalar(0.5)));
  }),
  chain('conv, channelAffine, add, relu, mean', [5, 16, 4, 4], 16, (x, w, scale, shift) => {
    const y = conv(x, w, same);
    return mean(relu(add(channelAffine(y, scale, shift), y)), [2, 3]);
  }),
  chain('channels that nearly fill blocks', [5, 24, 5, 4], 24, (x, w, scale, shift, second) => {
    const y = conv(x, w, same);
    return conv(relu(add(batchNorm(y, scale, shift).y, y)), second, same);
  }),
  chain('conv, batchNorm, clip, depthwise conv', [5, 16, 5, 4], 32, (x, w, scale, shift, second) => {
    const y = clip(batchNorm(conv(x, w, same), scale, shift).y, 0, 6);
    return conv(y, slice(second, [0], [1], [1]), { padding: 1, group: 32 });
  }),
  chain('clipped channels that nearly fill blocks', [5, 16, 5, 4], 40, (x, w, scale, shift) => {
    const y = channelAffine(conv(x, w, same), scale, shift);
    return mean(mul(clip(y, -6, 6), y), [2, 3]);
  }),
  chain('odd channels throughout', [3, 5, 5, 4], 6, (x, w, scale, shift, second) =>
    conv(relu(batchNorm(conv(x, w, same), scale, shift).y), second, same),
  ),
];
