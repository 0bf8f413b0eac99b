/**
 * @file A 3×3 convolution of small images, and its gradients, by Winograd's F(4×4, 3×3) (Lavin and Gray 2016).
 *
 * A tile of 6×6 pixels and the kernel are each taken to 36 numbers, whose products taken back give 4×4 results: 36
 * multiplications in place of 144. In one dimension, for d of 6, g of 3 and y of 4 numbers: y = Aᵀ (G g ⊙ B d).
 *
 * The way from a row of pixels to the 6 numbers of each of its tiles, overlap and padding included, is one matrix. So
 * everything is a matrix product, and a gradient is the products' adjoint. What it needs of the forward pass is computed
 * again, so that it need not be held meanwhile; both gradients share what they need of dy.
 */
import { fromBlocked, toBlocked } from '../ops/blocked.js';
import { add } from '../ops/elementwise.js';
import { matmul } from '../ops/linear.js';
import { products } from '../ops/products.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/shape.js';
import type { InputGradientWindow, WeightGradientWindow, Window } from '../ops/window.js';
import { floats, type Shape, type Value } from '../value.js';
import { zeroAfter } from './zero-after.js';

type Matrix = readonly (readonly number[])[];

/**
 * Where the polynomials that a tile and a kernel stand for are multiplied; the sixth point is infinity. Of points tried,
 * these round least (Barabasz et al. 2020): half as much as the usual 0, ±1, ±2.
 */
const FINITE_POINTS = [0, 5 / 8, -5 / 8, 3 / 2, -3 / 2];
const POINTS = FINITE_POINTS.length + 1;
const TILE = 4;
const KERNEL = 3;

/** [6, 6]: the coefficients of Π (x − a) over the finite points a, for each without itself, at infinity with all. */
const B: Matrix = [...FINITE_POINTS, null].map((point) => {
  const roots = FINITE_POINTS.filter((root) => root !== point);
  const coefficients = roots.reduce((c, root) => c.concat(0).map((_, i) => (c[i - 1] ?? 0) - root * (c[i] ?? 0)), [1]);
  return Array.from({ length: POINTS }, (_, i) => coefficients[i] ?? 0);
});
/** [6, 3]: a kernel's value at each point, over Π (a − b) for the others b. */
const G: Matrix = powersOfPoints(KERNEL).map((powers, i) => {
  const point = FINITE_POINTS[i];
  if (point === undefined) return powers;
  const scale = FINITE_POINTS.reduce((product, other) => (other === point ? product : product * (point - other)), 1);
  return powers.map((power) => power / scale);
});
/** [6, 4]: the powers of each point. */
const A: Matrix = powersOfPoints(TILE);

function powersOfPoints(count: number): Matrix {
  const exponents = Array.from({ length: count }, (_, exponent) => exponent);
  return [
    ...FINITE_POINTS.map((point) => exponents.map((exponent) => point ** exponent)),
    exponents.map((exponent) => Number(exponent === count - 1)),
  ];
}

/** Which pixels of an axis a tile is made of: the images overlap by two and reach one beyond the edge. */
interface Tiling {
  readonly matrix: Matrix;
  readonly firstPixel: number;
}
const IMAGE: Tiling = { matrix: B, firstPixel: -1 };
const RESULT: Tiling = { matrix: A, firstPixel: 0 };

/** From how many channels on it pays, found by trying: a convolution and its images' gradient, and its kernel's. */
const CHANNELS = 256;
/** The same where images have at most so many pixels: their points are few. Larger ones would save time, but cost memory. */
const [SMALL_IMAGE, CHANNELS_OF_SMALL_IMAGE] = [64, 128];
const CHANNELS_OF_WEIGHT_GRADIENT = 128;

/**
 * Whether it is faster than a direct convolution: of channels enough to pay for the way to the points and back, in
 * images that tiles cover without much waste.
 *
 * @param extents height and width of the images
 * @param w float32[o, c, kh, kw]
 * @param channels that pay
 */
function suits(extents: Shape, w: Shape, { strides, pads }: Window, block: number, channels: number): boolean {
  const [o, c, kh, kw] = w as [number, number, number, number];
  if (kh !== 3 || kw !== 3 || strides.some((stride) => stride !== 1) || pads.some((amount) => amount !== 1))
    return false;
  const [height, width] = extents as [number, number];
  const hasBlocks = o % block === 0 && c % block === 0;
  const hasChannels = 2 * o * c >= channels * (o + c);
  return hasBlocks && hasChannels && 2 * POINTS ** 2 * tilesOf(height) * tilesOf(width) <= 9 * height * width;
}

function channelsThatPay({ shape: [, , height, width] }: Value): number {
  return height! * width! <= SMALL_IMAGE ? CHANNELS_OF_SMALL_IMAGE : CHANNELS;
}

function tilesOf(extent: number): number {
  return Math.ceil(extent / TILE);
}

/** @param x float32[n, c, h, w] @param w float32[o, c, 3, 3] @returns float32[n, o, h, w] */
export function winogradConv(x: Value, w: Value, window: Window, block: number): Value | null {
  if (!suits(x.shape.slice(2), w.shape, window, block, channelsThatPay(x))) return null;
  const points = products(toPoints(x, IMAGE, block), kernelPoints(w, x), false, true);
  return fromPoints(points, RESULT, x.shape.with(1, w.shape[0]!), block);
}

/** @param dy float32[n, o, h, w] @returns float32[n, c, h, w] */
export function winogradInputGradient(dy: Value, w: Value, window: InputGradientWindow, block: number): Value | null {
  if (!suits(window.extents, w.shape, window, block, channelsThatPay(dy))) return null;
  const points = products(toPoints(dy, RESULT, block), kernelPoints(w, dy));
  return fromPoints(points, IMAGE, dy.shape.with(1, w.shape[1]!), block);
}

/** @returns float32[o, c, 3, 3] */
export function winogradWeightGradient(x: Value, dy: Value, window: WeightGradientWindow, block: number): Value | null {
  const [c, o] = [x.shape[1]!, dy.shape[1]!];
  if (!suits(x.shape.slice(2), [o, c, ...window.kernel], window, block, CHANNELS_OF_WEIGHT_GRADIENT)) return null;
  const perRow = products(toPoints(dy, RESULT, block), toPoints(x, IMAGE, block, dy), true);
  const points = perRow.shape[1] === 1 ? perRow : sum(perRow, [1]);
  return reshape(matmul(reshape(points, [POINTS ** 2, o * c]), kernelMatrix(), { transA: true }), [o, c, 3, 3]);
}

/** float32[6, 1, 6, o, c] */
function kernelPoints(w: Value, awaited: Value): Value {
  const [o, c] = w.shape as [number, number];
  // A constant kernel's points are constants, too: the runtime computes them once.
  const matrix = w.kind === 'constant' ? kernelMatrix() : add(kernelMatrix(), zeroAfter(awaited));
  return reshape(matmul(matrix, reshape(w, [o * c, 9]), { transB: true }), [POINTS, 1, POINTS, o, c]);
}

/** G ⊗ G, from the 9 numbers of a kernel to its 36 points. */
function kernelMatrix(): Value {
  return floats(
    G.flatMap((a) => G.flatMap((b) => a.flatMap((x) => b.map((y) => x * y)))),
    [POINTS ** 2, 9],
  );
}

/** float32[6, tiles of a column, 6, tiles of a row · n, c] of images float32[n, c, h, w]. */
function toPoints(x: Value, tiling: Tiling, block: number, awaited?: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const byPixel = transpose(reshape(toBlocked(x), [n, c / block, h * w, block]), [2, 0, 1, 3]);
  const matrix = tilesMatrix(tiling, h);
  const columns = matmul(awaited ? add(matrix, zeroAfter(awaited)) : matrix, reshape(byPixel, [h, w * n * c]));
  const points = products(tilesMatrix(tiling, w), reshape(columns, [POINTS * tilesOf(h), w, n * c]));
  return reshape(points, [POINTS, tilesOf(h), POINTS, tilesOf(w) * n, c]);
}

/** The adjoint, to images of `shape` float32[n, c, h, w]. */
function fromPoints(points: Value, tiling: Tiling, shape: Shape, block: number): Value {
  const [n, c, h, w] = shape as [number, number, number, number];
  const [rows, columns] = [POINTS * tilesOf(h), POINTS * tilesOf(w)];
  const byRow = products(tilesMatrix(tiling, w), reshape(points, [rows, columns, n * c]), true);
  const byPixel = matmul(tilesMatrix(tiling, h), reshape(byRow, [rows, w * n * c]), { transA: true });
  const blocked = transpose(reshape(byPixel, [h * w, n, c / block, block]), [1, 2, 0, 3]);
  return fromBlocked(reshape(blocked, shape));
}

/** Takes an axis of an image to the points of its tiles: float32[6 · tiles, extent], point by point. */
function tilesMatrix({ matrix, firstPixel }: Tiling, extent: number): Value {
  const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const rows = matrix.flatMap((weights) =>
    range(tilesOf(extent)).map((tile) =>
      range(extent).map((pixel) => weights[pixel - (TILE * tile + firstPixel)] ?? 0),
    ),
  );
  return floats(rows.flat(), [rows.length, extent]);
}
