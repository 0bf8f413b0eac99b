/** @file The encoders by name. */
import { alexnet } from './alexnet.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { RESNET_NAMES, type ResNetName, resnet } from './resnet.js';
import { vgg16 } from './vgg.js';

export type EncoderName = ResNetName | 'alexnet' | 'vgg16';
export const ENCODER_NAMES: readonly EncoderName[] = [...RESNET_NAMES, 'alexnet', 'vgg16'];

export function encoderNamed(name: EncoderName, options: EncoderOptions): Encoder {
  if (name === 'alexnet') return alexnet(options);
  return name === 'vgg16' ? vgg16(options) : resnet(name, options);
}
