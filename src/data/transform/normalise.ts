/** @file Normalize, as torchvision makes it on float tensors (torchvision.transforms.functional). */

/** One number for each of red, green and blue. */
export type PerChannel = readonly [number, number, number];

/**
 * Subtracts the mean of each plane and divides by its standard deviation.
 *
 * @param picture float32[3, n], red, green and blue planes; overwritten
 */
export function normalise(picture: Float32Array, mean: PerChannel, std: PerChannel): void {
  const n = picture.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const centre = mean[channel]!;
    const factor = 1 / std[channel]!;
    for (let i = channel * n; i < (channel + 1) * n; i++) picture[i] = (picture[i]! - centre) * factor;
  }
}
