/** @file What an encoder is. */
import type { Shape, Value } from '../../graph/value.js';
import type { Variables } from '../variables.js';

/**
 * How the first layers see the picture: `imagenet`, a 7×7 convolution of stride 2 and a pool, for pictures of some 224 pixels;
 * `cifar`, a 3×3 convolution, for pictures of some 32 pixels; `quarter`, two 3×3 convolutions of stride 2, which leave as
 * many pixels as `imagenet` at a third of its cost; `half`, one of them.
 */
export const STEMS = ['imagenet', 'cifar', 'quarter', 'half'] as const;
export type Stem = (typeof STEMS)[number];

/** From which side of the crops on a stem leaves enough of a picture, and which one is taken below. */
const ENOUGH: Readonly<Record<Stem, { readonly size: number; readonly below: Stem }>> = {
  imagenet: { size: 64, below: 'cifar' },
  quarter: { size: 64, below: 'half' },
  half: { size: 32, below: 'cifar' },
  cifar: { size: 0, below: 'cifar' },
};

/** The stem itself, or one that leaves more of crops as small as `size`, in pixels. */
export function stemFor(stem: Stem, size: number): Stem {
  const { size: enough, below } = ENOUGH[stem];
  return size >= enough ? stem : stemFor(below, size);
}

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
  /** What it takes of each picture, of this size; without it float32[3, size, size], its pixels. */
  takes?(size: number): Shape;
  /** How large the steps of a parameter are, as a part of the learning rate; without it all are whole. */
  rateOf?(parameter: string): number;
  /**
   * @param images float32[batch, 3, height, width], or what else it takes
   * @returns float32[batch, dim]
   */
  build(variables: Variables, images: Value): Value;
}
