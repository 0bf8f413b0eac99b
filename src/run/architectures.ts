/** @file From settings to the encoder they describe. */
import { ArgumentError } from '../core/errors.js';
import { type Candidate, TRAINING_SIZES } from '../method/candidates.js';
import type { Settings } from '../method/settings.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { ENCODER_NAMES, encoderNamed, NETWORK } from '../nn/encoders/named-encoders.js';

/** Builds encoders as settings say: ours by their names, or those that can be made of one network. */
export interface Architectures {
  /** Settings that follow from it, in place of a recipe's. */
  readonly usual: Partial<Settings>;
  /** What a training that is given time chooses from, from little time to much. */
  readonly candidates: readonly Candidate[];
  /** @throws {ArgumentError} if it cannot be as the settings say */
  build(settings: Settings): Encoder;
  /** What of it is trained, by the names that its parameters have in it. */
  trained(settings: Settings): Encoder;
  /** The network alone, as its file has it, with nothing added; of ours, which are not made of one, the encoder. */
  bare(settings: Settings): Encoder;
}

/** Ours. Of a network only its run knows. */
export const NAMED: Architectures = { usual: {}, candidates: TRAINING_SIZES, build: ours, trained: ours, bare: ours };

function ours(settings: Settings): Encoder {
  if (settings.encoder !== NETWORK) return encoderNamed(settings.encoder, settings);
  throw new ArgumentError(
    `encoder: expected ${ENCODER_NAMES.join(', ')} or an .onnx file, got '${NETWORK}', which is what a run calls the network of such a file.`,
  );
}
