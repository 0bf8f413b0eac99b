/** @file What an encoder is. */
import type { Value } from '../../graph/value.js';
import type { Variables } from '../variables.js';

/**
 * How the first layers see the picture: `imagenet`, with large kernels and strides, for pictures of some 224 pixels;
 * `cifar`, with a 3×3 convolution, for pictures of some 32 pixels.
 */
export type Stem = 'imagenet' | 'cifar';

export interface EncoderOptions {
  readonly stem: Stem;
  /** Channels of the first stage; the others follow. 64 in the papers. */
  readonly width: number;
  /** Dimension of the features, 128 in InstDisc. */
  readonly dim: number;
  /** Whether the features are batch-normalised, without scale and shift; default false, as published. */
  readonly featureNorm?: boolean;
}

/** A network from pictures to features, not yet normalised. */
export interface Encoder {
  readonly name: string;
  /** Name of the last layer, whose outputs are the features. */
  readonly head: string;
  /** Side of the smallest pictures it can take, in pixels. */
  readonly leastSize: number;
  /** Whether its weights fit pictures of any size, or only those of the size it was trained with. */
  readonly anySize: boolean;
  /**
   * @param images float32[batch, 3, height, width]
   * @returns float32[batch, dim]
   */
  build(variables: Variables, images: Value): Value;
}
