import { describe, expect, it } from 'vitest';
import { input } from '#src/graph/value.js';
import type { Stem } from '#src/nn/encoders/encoder.js';
import { type EncoderName, encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';

function stages(name: EncoderName, stem: Stem, size: number): [string, readonly number[]][] {
  const variables = new Variables('evaluation');
  encoderNamed(name, { stem, width: 64, dim: 8 }).build(variables, input('images', [1, 3, size, size]));
  return Array.from(variables.stages, ([stage, { shape }]) => [stage, shape.slice(1)]);
}

describe('the stages of an encoder', () => {
  // Channels and sides as in torchvision at 224 pixels, where the models are the same.
  it.each<[EncoderName, Stem, number, [number, number][]]>([
    [
      'resnet18',
      'imagenet',
      224,
      [
        [64, 56],
        [64, 56],
        [128, 28],
        [256, 14],
        [512, 7],
      ],
    ],
    [
      'resnet50',
      'imagenet',
      224,
      [
        [64, 56],
        [256, 56],
        [512, 28],
        [1024, 14],
        [2048, 7],
      ],
    ],
    [
      'resnet18',
      'cifar',
      32,
      [
        [64, 32],
        [64, 32],
        [128, 16],
        [256, 8],
        [512, 4],
      ],
    ],
    [
      'alexnet',
      'imagenet',
      224,
      [
        [64, 55],
        [192, 27],
        [384, 13],
        [256, 13],
        [256, 13],
      ],
    ],
    [
      'vgg16',
      'imagenet',
      224,
      [
        [64, 224],
        [128, 112],
        [256, 56],
        [512, 28],
        [512, 14],
      ],
    ],
  ])('of %s (%s, %i pixels) are called conv1 to conv5', (name, stem, size, expected) => {
    expect(stages(name, stem, size)).toEqual(
      expected.map(([channels, side], i) => [`conv${i + 1}`, [channels, side, side]]),
    );
  });
});
