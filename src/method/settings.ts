/** @file Everything that can be set about a training. */

import type { Stem } from '../nn/encoders/encoder.js';
import type { EncoderName } from '../nn/encoders/named-encoders.js';
import type { LossSettings } from './losses/loss.js';
import type { LossName } from './losses/named-losses.js';

/** What determines a training, together with its pictures. The names are those of the command line and config file. */
export interface Settings extends LossSettings {
  readonly encoder: EncoderName;
  readonly stem: Stem;
  /** Channels of the first stage. */
  readonly width: number;
  /**
   * Whether the features are batch-normalised, without scale and shift, before the L2 norm. Without it all pictures
   * start in one direction of the sphere, and training spends its first epochs pulling them apart.
   */
  readonly featureNorm: boolean;
  /** Side of the pictures the encoder is made for, in pixels. */
  readonly size: number;
  /**
   * Sides of the training crops as parts of `size`, each for an equal part of the epochs; [1] is as published. Small crops
   * are quicker to learn from, and things look as large in them as in the whole pictures of evaluation.
   */
  readonly progression: readonly number[];
  /** Short side that pictures are brought to before the centre crop of evaluation, in pixels. */
  readonly resize: number;

  readonly epochs: number;
  /** What each picture is told from: see `losses/`. */
  readonly loss: LossName;
  readonly bankMomentum: number;
  /** How the bank's numbers are stored. With `float16` each new row is rounded at once, so that resume stays exact. */
  readonly bankDtype: 'float32' | 'float16';
  /** Whether the backward pass computes the forward pass anew, block by block: a third less memory, a quarter more time. */
  readonly checkpointActivations: boolean;

  readonly lr: number;
  readonly schedule: 'step' | 'cosine';
  /** Step schedule: after these fractions of the training the rate falls to a tenth. */
  readonly drops: readonly number[];
  /** Epochs over which the rate rises from zero. */
  readonly warmup: number;
  readonly momentum: number;
  readonly weightDecay: number;

  /** What becomes of long pictures, in training and afterwards: their ends are cut off, or they are made square. */
  readonly fit: 'crop' | 'pad';
  /** Least and greatest part of a picture's area that a crop covers. */
  readonly crop: readonly [number, number];
  /** Probability of mirroring. */
  readonly flip: number;
  /** Ways up that a picture is shown in: as it is, also upside down, or all quarter turns. */
  readonly turns: 1 | 2 | 4;
  /** Brightness, contrast, saturation, hue. */
  readonly jitter: readonly [number, number, number, number];
  /** Probability of a grey picture. */
  readonly greyscale: number;
  /** Mean and deviation of red, green and blue that pictures are normalised with, in [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}
