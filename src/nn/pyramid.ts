/** @file The stages of a network that somebody else has made: where it halves its maps. */
import { mean } from '../graph/ops/reduce.js';
import { slice } from '../graph/ops/slice.js';
import { topologicalOrder, type Value } from '../graph/value.js';

/** Of a wider stage so many of its channels, evenly spread, are read: the matrix that is decomposed stays small. */
const MOST_CHANNELS = 256;
/** Fewer are colours, or heads of an attention. */
const LEAST_CHANNELS = 8;
/** How far a side may be from a half of the one before: convolutions without padding lose some pixels. */
const TOLERANCE = 0.08;
/** Networks with fewer sizes of maps do not go from small patterns to large ones, as transformers of one size of patch. */
const LEAST_SIZES = 3;

/**
 * The last maps of each size but the smallest, which the feature is made of.
 *
 * @param feature float32[batch, dim], computed from images
 * @param size side of the images, in pixels
 * @returns float32[batch, channels, height, height] by their stride, the least first; none if it has no maps of three sizes
 */
export function pyramid(feature: Value, size: number): ReadonlyMap<number, Value> {
  const [batch] = feature.shape;
  const found = new Map<number, Value>();
  let smallest = size;
  for (const x of topologicalOrder([feature]).flatMap(({ outputs }) => outputs)) {
    const [n, channels = 0, height = 0, width] = x.shape;
    if (x.shape.length !== 4 || x.dtype !== 'float32' || n !== batch || channels < LEAST_CHANNELS) continue;
    // What is larger again is no map of this way down: a decoder's, or how much places attend to one another.
    if (height !== width || height < 2 || height > smallest) continue;
    const stride = 2 ** Math.round(Math.log2(size / height));
    if (stride === 1 || Math.abs((height * stride) / size - 1) > TOLERANCE) continue;
    smallest = height;
    found.set(stride, x);
  }
  return found.size < LEAST_SIZES ? new Map() : new Map([...found].slice(0, -1));
}

/** @param x float32[batch, channels, height, width] @returns float32[batch, up to 256], the mean of each channel */
export function channelMeans(x: Value): Value {
  const means = mean(x, [2, 3]);
  const channels = means.shape[1]!;
  const every = Math.ceil(channels / MOST_CHANNELS);
  return every === 1 ? means : slice(means, [0], [channels], [1], [every]);
}
