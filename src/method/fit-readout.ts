/** @file Learns from descriptors of pictures, without labels, how features are read from them. */
import { leadingAxes } from './leading-axes.js';
import type { Readout } from './readout.js';

/** Numbers of the same pictures, of one kind. */
export interface DescriptorBlock {
  /** float32[n, dim] */
  readonly rows: Float32Array;
  readonly dim: number;
  /** How much it counts beside the others; 1 is as much as any. */
  readonly weight: number;
}

/** What is added to each variance, as a part of the greatest: directions in which pictures hardly differ are noise. */
const NOISE = 1e-3;

/**
 * Principal components, partly whitened (Jégou and Chum 2012). Each block is brought to a mean square of `weight`² over
 * the pictures, then C = E[x xᵀ] = U Λ Uᵀ, and
 *
 *     y = (Λ + ε·λ₁)^(−p/2) · Uᵀ x     of the `dim` greatest λ;  ε = 0.001
 *
 * Measured on four sets of pictures: docs/recipe.md.
 *
 * @param blocks as they are concatenated
 * @param dim of the features. Of few pictures those from half their number on are zeros: whitened further, all would be
 *   equally far apart
 * @param whitening p: 0 leaves the principal components as they are, with 1 all of them count alike
 * @returns undefined if the pictures do not differ
 */
export function fitReadout(blocks: readonly DescriptorBlock[], dim: number, whitening: number): Readout | undefined {
  const n = blocks[0]!.rows.length / blocks[0]!.dim;
  const means = blocks.map(meanOf);
  const scales = blocks.map((block, i) => {
    const { rows, dim: width, weight } = block;
    const meanSquare = rows.reduce((sum, value, at) => sum + (value - means[i]![at % width]!) ** 2, 0) / n;
    return meanSquare > 0 ? weight / Math.sqrt(meanSquare) : 0;
  });
  const inputs = blocks.reduce((sum, block) => sum + block.dim, 0);
  const centred = new Float64Array(n * inputs);
  let column = 0;
  for (const [i, { rows, dim: width }] of blocks.entries()) {
    rows.forEach((value, at) => {
      const of = at % width;
      centred[((at - of) / width) * inputs + column + of] = (value - means[i]![of]!) * scales[i]!;
    });
    column += width;
  }
  const { variances, axes } = leadingAxes(centred, inputs, Math.min(dim, inputs, Math.ceil(n / 2)));
  const greatest = variances[0]!;
  if (!(greatest > 0)) return undefined;
  const kept = variances.filter((variance) => variance > 1e-9 * greatest);
  const scaleOf = blocks.flatMap((block, i) => Array<number>(block.dim).fill(scales[i]!));
  const weight = new Float32Array(dim * inputs);
  for (const [row, variance] of kept.entries()) {
    const factor = (variance + NOISE * greatest) ** (-whitening / 2);
    for (let i = 0; i < inputs; i++) weight[row * inputs + i] = factor * axes[row]![i]! * scaleOf[i]!;
  }
  const centre = means.flatMap((mean) => Array.from(mean));
  const bias = Float32Array.from(
    { length: dim },
    (_, row) => -centre.reduce((sum, mean, i) => sum + mean * weight[row * inputs + i]!, 0),
  );
  return { weight, bias };
}

function meanOf({ rows, dim }: DescriptorBlock): Float64Array {
  const sums = new Float64Array(dim);
  rows.forEach((value, at) => {
    sums[at % dim]! += value;
  });
  return sums.map((sum) => (sum * dim) / rows.length);
}
