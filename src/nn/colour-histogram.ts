/** @file Which colours a picture has, and how much of each: a soft histogram. */
import { add, mul, neg, sqrt, sub } from '../graph/ops/elementwise.js';
import { mean } from '../graph/ops/reduce.js';
import { relu } from '../graph/ops/relu.js';
import { concat, split } from '../graph/ops/shape.js';
import { slice } from '../graph/ops/slice.js';
import { floats, scalar, type Value } from '../graph/value.js';

/** Levels of red, green and blue. */
const LEVELS = 8;
/** Pixels a side that are looked at; of larger pictures every so many. */
const SIDE = 32;

/** Numbers of a histogram. */
export const HISTOGRAM_DIM = LEVELS ** 3;

/**
 * The square roots of the parts that 8 × 8 × 8 colours have in each picture, so that the inner product of two is
 * their Bhattacharyya coefficient. A pixel is shared out among the colours next to it, as trilinear interpolation would.
 *
 * @param images float32[batch, 3, height, width], red, green and blue in [0, 1]; what is outside counts less
 * @returns float32[batch, 512], rows of length one at most
 */
export function colourHistogram(images: Value): Value {
  const [height, width] = images.shape.slice(2) as [number, number];
  const every = Math.max(1, Math.floor(Math.min(height, width) / SIDE));
  const pixels = slice(images, [0, 0], [height, width], [2, 3], [every, every]);
  const levels = floats(Float32Array.from(Array(LEVELS).keys()), [1, LEVELS, 1, 1]);
  const [red, green, blue] = split(pixels, 1, [1, 1, 1]).map((channel) => {
    const away = sub(mul(channel, scalar(LEVELS - 1)), levels);
    return relu(sub(scalar(1), add(relu(away), relu(neg(away))))); // 1 − |away|, at least 0
  }) as [Value, Value, Value];
  const each = (levelsOf: Value): readonly Value[] => split(levelsOf, 1, Array(LEVELS).fill(1));
  const greenAndBlue = concat(
    each(green).map((level) => mul(level, blue)),
    1,
  );
  return sqrt(
    concat(
      each(red).map((level) => mean(mul(level, greenAndBlue), [2, 3])),
      1,
    ),
  );
}
