import { describe, expect, it } from 'vitest';
import { multiplyAdds } from '#src/graph/cost.js';
import { input } from '#src/graph/value.js';
import type { EncoderOptions } from '#src/nn/encoders/encoder.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';

function build(
  name: 'alexnet' | 'vgg16',
  size: number,
  options: Partial<EncoderOptions> = {},
): { variables: Variables; cost: number; shape: readonly number[] } {
  const variables = new Variables('evaluation');
  const encoder = encoderNamed(name, { stem: 'imagenet', width: 64, dim: 1000, ...options });
  const features = encoder.build(variables, input('images', [2, 3, size, size]));
  return { variables, cost: multiplyAdds({ features }) / 2, shape: features.shape };
}

describe('alexnet', () => {
  it("has torchvision's parameters, with scales and shifts in place of the biases of convolutions", () => {
    const channels = 64 + 192 + 384 + 256 + 256;
    expect(build('alexnet', 224).variables.numParameters).toBe(61_100_840 - channels + 2 * channels);
  });

  it('takes 0.714·10⁹ multiply-adds a picture of 224 pixels', () => {
    expect(build('alexnet', 224).cost / 1e9).toBeCloseTo(0.714, 3);
  });
});

describe('vgg16', () => {
  it("has the parameters of torchvision's vgg16_bn, without the biases of convolutions", () => {
    const channels = 2 * 64 + 2 * 128 + 3 * 256 + 6 * 512;
    expect(build('vgg16', 224).variables.numParameters).toBe(138_365_992 - channels);
  });

  it("names them as torchvision's vgg16_bn does", () => {
    const convolutions = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40];
    const expected = [
      ...convolutions.flatMap((i) => [`features.${i}.weight`, `features.${i + 1}.weight`, `features.${i + 1}.bias`]),
      ...[0, 3, 6].flatMap((i) => [`classifier.${i}.weight`, `classifier.${i}.bias`]),
    ];
    const { variables } = build('vgg16', 64);
    expect([...variables.parameters.keys()]).toEqual(expected);
    expect([...variables.buffers.keys()]).toEqual(
      convolutions.flatMap((i) => [`features.${i + 1}.running_mean`, `features.${i + 1}.running_var`]),
    );
  });

  it('takes 15.47·10⁹ multiply-adds a picture of 224 pixels', () => {
    expect(build('vgg16', 224).cost / 1e9).toBeCloseTo(15.47, 2);
  });
});

describe('both', () => {
  for (const name of ['alexnet', 'vgg16'] as const) {
    for (const stem of ['cifar', 'imagenet'] as const) {
      it(`${name}, ${stem} stem, takes pictures down to the size it says, and none smaller`, () => {
        const { leastSize } = encoderNamed(name, { stem, width: 4, dim: 7 });
        expect(build(name, leastSize, { stem, width: 4, dim: 7 }).shape).toEqual([2, 7]);
        expect(() => build(name, leastSize - 1, { stem, width: 4, dim: 7 })).toThrow('expected padded images');
      });
    }
  }
});
