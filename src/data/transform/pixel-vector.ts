/** @file A picture as a vector of its plain pixels. */
import { dot, normalizeRows } from '../../core/vector.js';
import type { Rgb } from '../picture.js';
import { CentreCropper } from './centre-crop.js';

const SIDE = 32;
const DIM = 3 * SIDE * SIDE;

/** Takes pictures one after the other, with the same scratch memory. */
export class PixelVectors {
  readonly #cropper = new CentreCropper({ size: SIDE, resize: SIDE, mean: [0, 0, 0], std: [1, 1, 1] });

  /** float32[3 · 32 · 32]: the middle of a picture, made small, its mean taken away, of length one; of one colour, zeros. */
  of(picture: Rgb): Float32Array {
    const vector = new Float32Array(DIM);
    this.#cropper.apply(picture, vector);
    const mean = vector.reduce((sum, value) => sum + value, 0) / DIM;
    for (let i = 0; i < DIM; i++) vector[i]! -= mean;
    normalizeRows(vector, DIM);
    return vector;
  }
}

/** The cosine of two such vectors. */
export function pixelSimilarity(a: Float32Array, b: Float32Array): number {
  return dot(a, 0, b, 0, DIM);
}
