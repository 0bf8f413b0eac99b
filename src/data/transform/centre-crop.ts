/** @file The fixed transform of evaluation: Resize, CenterCrop and Normalize, as in torchvision; before them padding. */

import { ArgumentError } from '../../core/errors.js';
import type { Rgb } from '../picture.js';
import { normalise, type PerChannel } from './normalise.js';
import { type Fit, fitted } from './pad.js';
import { type Interpolation, Resampler } from './resample.js';

export interface TestTransform {
  /** Side of the square result, in pixels. */
  readonly size: number;
  /** Short side that the picture is brought to first, ≥ size (CIFAR: 32 for 32, ImageNet: 256 for 224). */
  readonly resize: number;
  /** Short side that the picture has been reduced to before, if it was larger; default that of the caches for `size`. */
  readonly shortSide?: number;
  /** Whether a long picture is made square before that; default `crop`, as it is. */
  readonly fit?: Fit;
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  readonly mean: PerChannel;
  readonly std: PerChannel;
}

/** Applies the test transform to one picture after the other, with the same scratch memory. */
export class CentreCropper {
  readonly #transform: TestTransform;
  readonly #resampler: Resampler;

  /** @throws {ArgumentError} if `resize` is less than `size` */
  constructor(transform: TestTransform) {
    if (!(transform.resize >= transform.size)) {
      throw new ArgumentError(`resize: expected at least size, ${transform.size}, got ${transform.resize}`);
    }
    this.#transform = transform;
    this.#resampler = new Resampler(transform.interpolation);
  }

  /** @param out float32[3, size, size]; overwritten */
  apply(original: Rgb, out: Float32Array): void {
    const { size, resize, fit = 'crop', mean, std } = this.#transform;
    const { picture } = fitted(original, fit);
    const { width, height } = picture;
    const short = Math.min(width, height);
    const scaled = { width: Math.floor((resize * width) / short), height: Math.floor((resize * height) / short) };
    const left = Math.round((scaled.width - size) / 2);
    const top = Math.round((scaled.height - size) / 2);
    const whole = { left: 0, top: 0, width, height };
    this.#resampler.resample(picture, whole, scaled, { left, top, size }, false, out);
    normalise(out, mean, std);
  }
}
