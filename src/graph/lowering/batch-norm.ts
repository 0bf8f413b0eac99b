/** @file Batch normalisation in training and its gradient, in as few passes over the images as a device allows. */
import { blockedAffine, blockedDot, blockedOf, fromBlocked, toBlocked, widened } from '../ops/blocked.js';
import { add, div, mul, neg, sqrt } from '../ops/elementwise.js';
import { expand, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { scalar, sizeOf, type Value } from '../value.js';

/** What is added to a variance. */
export type Epsilon = { readonly epsilon: number };

type Triple = readonly [Value, Value, Value];

/** The passes over whole images that the algorithm is made of, for images in one layout or the other. */
interface Images {
  /** Σ over pictures and pixels: float32[c]. */
  total(x: Value): Value;
  /** Σ x·y over pictures and pixels: float32[c]. */
  totalOfProduct(x: Value, y: Value): Value;
  /** scale · x + shift + addend, with scale and shift float32[c]. */
  affine(x: Value, scale: Value, shift: Value, addend?: Value): Value;
}

const plain: Images = {
  total: (x) => sum(x, [0, 2, 3]),
  totalOfProduct: (x, y) => sum(mul(x, y), [0, 2, 3]),
  affine: (x, scale, shift, addend) => {
    const perChannel = (v: Value): Value => reshape(v, [v.shape[0]!, 1, 1]);
    const y = add(mul(x, perChannel(scale)), perChannel(shift));
    return addend ? add(y, addend) : y;
  },
};

/** Blocked images, read as [n, c / block, h · w, block]. */
function blocked(block: number): Images {
  return {
    total: (x) => {
      const [n, c, h, w] = x.shape as [number, number, number, number];
      const perPicture = sum(reshape(x, [n, c / block, h * w, block]), [2]);
      return reshape(sum(perPicture, [0]), [c]);
    },
    totalOfProduct: (x, y) => {
      const [n, c] = x.shape as [number, number];
      return sum(reshape(blockedDot(x, y), [n, c]), [0]);
    },
    affine: blockedAffine,
  };
}

function statistics(
  images: Images,
  x: Value,
): { readonly centred: Value; readonly mean: Value; readonly variance: Value } {
  const channels = x.shape[1]!;
  const share = scalar(channels / sizeOf(x.shape));
  const mean = mul(images.total(x), share);
  const centred = centre(images, x, mean);
  return { centred, mean, variance: mul(images.totalOfProduct(centred, centred), share) };
}

/** x − mean. Taken before the variance, since E[x²] − mean² cancels, and kept for the gradient. */
function centre(images: Images, x: Value, mean: Value): Value {
  return images.affine(x, expand(scalar(1), mean.shape), neg(mean));
}

function inverseDeviation(variance: Value, { epsilon }: Epsilon): Value {
  return div(scalar(1), sqrt(add(variance, scalar(epsilon))));
}

export function lowerChannelAffine(x: Value, scale: Value, shift: Value, block?: number): Value {
  const inBlocks = block === undefined ? undefined : blockedOf(x);
  if (!inBlocks) return plain.affine(x, scale, shift);
  const [channels, wide] = [x.shape[1]!, inBlocks.shape[1]!];
  return fromBlocked(blockedAffine(inBlocks, widened(scale, wide), widened(shift, wide)), channels);
}

/** @returns y, the batch's mean and its biased variance */
export function lowerBatchNorm(x: Value, weight: Value, bias: Value, epsilon: Epsilon, block?: number): Triple {
  const inBlocks = block === undefined ? undefined : blockedOf(x);
  const images = inBlocks ? blocked(block!) : plain;
  const { centred, mean, variance } = statistics(images, inBlocks ?? x);
  const [wide, channels] = [mean.shape[0]!, x.shape[1]!];
  const scale = mul(widened(weight, wide), inverseDeviation(variance, epsilon));
  const y = images.affine(centred, scale, widened(bias, wide));
  return [inBlocks ? fromBlocked(y, channels) : y, narrowed(mean, channels), narrowed(variance, channels)];
}

/** The numbers of the channels that count. */
function narrowed(vector: Value, channels: number): Value {
  return vector.shape[0] === channels ? vector : slice(vector, [0], [channels], [0]);
}

/**
 * With x̂ = (x − mean) / σ over M pixels: dweight = Σ dy·x̂, dbias = Σ dy,
 * dx = weight / σ · (dy − dbias / M − x̂ · dweight / M).
 *
 * @returns gradients of x, weight and bias
 */
export function lowerBatchNormGradient(
  [dy, x, ...vectors]: readonly [Value, Value, Value, Value, Value],
  epsilon: Epsilon,
  block?: number,
): Triple {
  const inBlocks = block === undefined ? undefined : blockedOf(x);
  const images = inBlocks ? blocked(block!) : plain;
  const [channels, wide] = [x.shape[1]!, (inBlocks ?? x).shape[1]!];
  const gradient = inBlocks ? toBlocked(dy, wide) : dy;
  const [weight, mean, variance] = vectors.map((vector) => widened(vector, wide)) as [Value, Value, Value];
  const share = scalar(x.shape[1]! / sizeOf(x.shape));
  const centred = centre(images, inBlocks ?? x, mean);
  const inverse = inverseDeviation(variance, epsilon);

  const dBias = images.total(gradient);
  const dWeight = mul(images.totalOfProduct(gradient, centred), inverse);
  const scale = mul(weight, inverse);
  const slope = neg(mul(mul(scale, inverse), mul(dWeight, share)));
  const shift = neg(mul(scale, mul(dBias, share)));
  const along = images.affine(centred, slope, shift);
  const dx = images.affine(gradient, scale, expand(scalar(0), mean.shape), along);
  return [inBlocks ? fromBlocked(dx, channels) : dx, narrowed(dWeight, channels), narrowed(dBias, channels)];
}
