/** @file Average pooling to a grid of a given size. */
import { matmul } from '../graph/ops/linear.js';
import { reshape } from '../graph/ops/reshape.js';
import { floats, type Value } from '../graph/value.js';

/**
 * Averages over `side` × `side` windows that cover the image, as PyTorch's adaptive_avg_pool2d: window i of a side of n
 * pixels goes from ⌊i·n / side⌋ to ⌈(i + 1)·n / side⌉, so that neighbours may share a pixel.
 *
 * It is a product with a constant matrix: every pixel's part in every window.
 *
 * @param x float32[batch, channels, height, width]
 * @param side at most height and width
 * @returns float32[batch, channels · side · side]
 */
export function adaptiveAveragePool(x: Value, side: number): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const parts = new Float32Array(height * width * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [top, bottom] = windowOf(row, side, height);
      const [left, right] = windowOf(column, side, width);
      const part = 1 / ((bottom - top) * (right - left));
      for (let y = top; y < bottom; y++) {
        for (let z = left; z < right; z++) parts[(y * width + z) * side * side + row * side + column] = part;
      }
    }
  }
  const images = reshape(x, [batch * channels, height * width]);
  const pooled = matmul(images, floats(parts, [height * width, side * side]));
  return reshape(pooled, [batch, channels * side * side]);
}

function windowOf(i: number, side: number, extent: number): [first: number, end: number] {
  return [Math.floor((i * extent) / side), Math.ceil(((i + 1) * extent) / side)];
}
