/** @file Where a picture has edges, and which way they run: a soft histogram. */
import { conv } from '../graph/ops/conv.js';
import { add, div, mul, sqrt } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { along } from '../graph/ops/matmul.js';
import { sum } from '../graph/ops/reduce.js';
import { relu } from '../graph/ops/relu.js';
import { flatten } from '../graph/ops/reshape.js';
import { floats, scalar, type Value } from '../graph/value.js';

/** Cells along each side. */
const CELLS = 4;
/** Directions in which it gets lighter, the first to the right, the others each an eighth of a turn on. */
const DIRECTIONS = 8;
/** Of the change from pixel to pixel in both directions, from −1 to 1. */
const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((weight) => weight / 8);
/** Far below the square of a change that 8 bits can show. */
const TINY = 1e-8;

/** Numbers of a histogram. */
export const EDGES_DIM = DIRECTIONS * CELLS ** 2;

/** What pictures may differ in and have the same histogram. */
export interface Indifferent {
  /** In how many ways up: 1, 2 or 4. */
  readonly turns: number;
  readonly mirrored: boolean;
}

/**
 * The square roots of the parts of a picture's edges that lie in each of 4 × 4 cells and run in each of 8 directions, so
 * that the inner product of two is their Bhattacharyya coefficient. An edge is shared out among the cells around it by how
 * near it is to their middles, and among directions by cos⁴ of the angle between (Dalal and Triggs 2005, "Histograms of
 * oriented gradients for human detection", where a picture is not one histogram, but many).
 *
 * @param images float32[batch, 3, height, width], in [0, 1], of 3 pixels a side or more; square if `turns` is 4
 * @param indifferent the mean over these is taken before the root
 * @returns float32[batch, 128], rows of length one; zeros for a picture of one colour
 */
export function edgeHistogram(images: Value, indifferent: Indifferent): Value {
  const rising = relu(conv(images, floats(gradients(), [DIRECTIONS, 3, 3, 3])));
  const squares = mul(rising, rising);
  // Over all directions cos² of what rises sums to 2, and cos⁴ to 3/2.
  const strength = add(mul(sum(squares, [1], true), scalar(0.5)), scalar(TINY));
  const edges = div(mul(squares, squares), mul(strength, sqrt(strength)));
  const [height, width] = edges.shape.slice(2) as [number, number];
  const cells = flatten(along(windows(width), along(windows(height), edges, 2), 3));
  const parts = matmul(cells, floats(meanOver(indifferent), [EDGES_DIM, EDGES_DIM]));
  return sqrt(div(parts, add(sum(parts, [1], true), scalar(TINY))));
}

/** How fast the mean of red, green and blue rises in each direction. */
function gradients(): Float32Array {
  const kernels = Array.from({ length: DIRECTIONS }, (_, k) => {
    const angle = (2 * Math.PI * k) / DIRECTIONS;
    const kernel = SOBEL.map((right, i) => {
      const down = SOBEL[(i % 3) * 3 + Math.floor(i / 3)]!;
      return (Math.cos(angle) * right + Math.sin(angle) * down) / 3;
    });
    return [kernel, kernel, kernel];
  });
  return Float32Array.from(kernels.flat(2));
}

/** How much each of so many pixels in a row counts for each cell: less the farther it is from the cell's middle. */
function windows(pixels: number): Value {
  const weights = Array.from({ length: CELLS }, (_, cell) =>
    Array.from({ length: pixels }, (_, pixel) => {
      const away = ((pixel + 0.5) * CELLS) / pixels - 0.5 - cell;
      return Math.max(0, 1 - Math.abs(away));
    }),
  );
  return floats(Float32Array.from(weights.flat()), [CELLS, pixels]);
}

/** Brings each number of a histogram to the mean of those that it may be exchanged for. */
function meanOver({ turns, mirrored }: Indifferent): Float32Array {
  const weights = new Float32Array(EDGES_DIM * EDGES_DIM);
  const share = 1 / (turns * (mirrored ? 2 : 1));
  for (let i = 0; i < EDGES_DIM; i++) {
    for (const isMirrored of mirrored ? [false, true] : [false]) {
      let at: Place = [Math.floor(i / CELLS ** 2), Math.floor(i / CELLS) % CELLS, i % CELLS];
      if (isMirrored) at = mirror(at);
      for (let quarter = 0; quarter < 4; quarter += 4 / turns) {
        const [direction, y, x] = at;
        weights[i * EDGES_DIM + (direction * CELLS + y) * CELLS + x]! += share;
        for (let n = 0; n < 4 / turns; n++) at = turn(at);
      }
    }
  }
  return weights;
}

/** Direction, row and column of a cell. */
type Place = readonly [direction: number, y: number, x: number];

function mirror([direction, y, x]: Place): Place {
  return [(DIRECTIONS + DIRECTIONS / 2 - direction) % DIRECTIONS, y, CELLS - 1 - x];
}

/** A quarter to the left. */
function turn([direction, y, x]: Place): Place {
  return [(direction + (3 * DIRECTIONS) / 4) % DIRECTIONS, CELLS - 1 - x, y];
}
