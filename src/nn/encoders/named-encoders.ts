/** @file The encoders by name. */
import { alexnet } from './alexnet.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { resnet10, resnet18, resnet34, resnet50 } from './resnet.js';
import { vgg16 } from './vgg.js';

const ENCODERS = { resnet10, resnet18, resnet34, resnet50, alexnet, vgg16 } as const satisfies Record<
  string,
  (options: EncoderOptions) => Encoder
>;

/** What settings say where the encoder is made of a network that a file has brought. */
export const NETWORK = 'network';

export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];

export function encoderNamed(name: EncoderName, options: EncoderOptions): Encoder {
  return ENCODERS[name](options);
}
