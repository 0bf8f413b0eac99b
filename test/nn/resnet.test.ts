import { describe, expect, it } from 'vitest';
import { multiplyAdds } from '#src/graph/cost.js';
import { input } from '#src/graph/value.js';
import { type EncoderOptions, STEMS, type Stem, stemFor } from '#src/nn/encoders/encoder.js';
import { type EncoderName, encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';

type ResNetName = Extract<EncoderName, `resnet${string}`>;

function build(
  name: ResNetName,
  size: number,
  options: Partial<EncoderOptions> = {},
): { variables: Variables; cost: number } {
  const variables = new Variables('evaluation');
  const encoder = encoderNamed(name, { stem: 'imagenet', width: 64, dim: 1000, ...options });
  const features = encoder.build(variables, input('images', [1, 3, size, size]));
  return { variables, cost: multiplyAdds({ features }) };
}

const BLOCKS: Record<ResNetName, readonly number[]> = {
  resnet10: [1, 1, 1, 1],
  resnet18: [2, 2, 2, 2],
  resnet34: [3, 4, 6, 3],
  resnet50: [3, 4, 6, 3],
};

/** The names that torchvision's state_dict lists, by its rule: convolutions, then their normalisations, stage by stage. */
function torchvisionNames(
  blocks: readonly number[],
  kind: 'basic' | 'bottleneck',
): { parameters: string[]; buffers: string[] } {
  const units: [string, string][] = [['conv1', 'bn1']];
  blocks.forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      const block = `layer${stage + 1}.${i}`;
      for (let k = 1; k <= (kind === 'basic' ? 2 : 3); k++) units.push([`${block}.conv${k}`, `${block}.bn${k}`]);
      if (i === 0 && (stage > 0 || kind === 'bottleneck'))
        units.push([`${block}.downsample.0`, `${block}.downsample.1`]);
    }
  });
  return {
    parameters: [
      ...units.flatMap(([conv, bn]) => [`${conv}.weight`, `${bn}.weight`, `${bn}.bias`]),
      'fc.weight',
      'fc.bias',
    ],
    buffers: units.flatMap(([, bn]) => [`${bn}.running_mean`, `${bn}.running_var`]),
  };
}

describe('resnet', () => {
  // torchvision.models.resnet18() and so on, with their 1000 outputs; resnet10 is its ResNet(BasicBlock, [1, 1, 1, 1]).
  const published: Record<ResNetName, number> = {
    resnet10: 5_418_792,
    resnet18: 11_689_512,
    resnet34: 21_797_672,
    resnet50: 25_557_032,
  };
  for (const name of Object.keys(published) as ResNetName[]) {
    it(`${name} has as many parameters as torchvision's`, () => {
      expect(build(name, 224).variables.numParameters).toBe(published[name]);
    });

    it(`${name} with the CIFAR stem has 3×3 instead of 7×7 first kernels, and nothing else changed`, () => {
      const expected = published[name] - 64 * 3 * (7 * 7 - 3 * 3);
      expect(build(name, 32, { stem: 'cifar' }).variables.numParameters).toBe(expected);
    });

    it(`${name} names its parameters and buffers as torchvision does`, () => {
      const expected = torchvisionNames(BLOCKS[name], name === 'resnet50' ? 'bottleneck' : 'basic');
      const { variables } = build(name, 64);
      expect([...variables.parameters.keys()].sort()).toEqual(expected.parameters.sort());
      expect([...variables.buffers.keys()].sort()).toEqual(expected.buffers.sort());
    });
  }

  it('resnet18 has the 62 parameters of the state_dict, from conv1.weight to fc.bias', () => {
    const names = [...build('resnet18', 64).variables.parameters.keys()];
    expect(names.length).toBe(62);
    expect(names.slice(0, 4)).toEqual(['conv1.weight', 'bn1.weight', 'bn1.bias', 'layer1.0.conv1.weight']);
    expect(names.slice(-4)).toEqual(['layer4.1.bn2.weight', 'layer4.1.bn2.bias', 'fc.weight', 'fc.bias']);
  });

  const costs: [ResNetName, Stem, number, number, number][] = [
    // fvcore's and torchvision's published figures, in 10⁹ multiply-adds.
    ['resnet18', 'imagenet', 224, 1000, 1.814],
    ['resnet34', 'imagenet', 224, 1000, 3.664],
    ['resnet50', 'imagenet', 224, 1000, 4.089],
    ['resnet18', 'cifar', 32, 128, 0.5555],
  ];
  for (const [name, stem, size, dim, billions] of costs) {
    it(`${name} with the ${stem} stem takes ${billions}·10⁹ multiply-adds a picture of ${size} pixels`, () => {
      expect(build(name, size, { stem, dim }).cost / 1e9).toBeCloseTo(billions, 3);
    });
  }

  it('has a stem for every size, which leaves stages enough', () => {
    expect([8, 31, 32, 63, 64, 224].map((size) => stemFor('quarter', size))).toEqual([
      'cifar',
      'cifar',
      'half',
      'half',
      'quarter',
      'quarter',
    ]);
    expect([8, 63, 64].map((size) => stemFor('imagenet', size))).toEqual(['cifar', 'cifar', 'imagenet']);
    for (const [stem, side] of [
      ['cifar', 32],
      ['half', 16],
      ['quarter', 8],
      ['imagenet', 8],
    ] as const) {
      const { variables } = build('resnet10', 32, { stem });
      expect(variables.stages.get('conv2')!.shape.slice(2), stem).toEqual([side, side]);
    }
  });

  it('gives features of the dimension asked for, at any width and any size of picture', () => {
    for (const stem of STEMS) {
      const encoder = encoderNamed('resnet18', { stem, width: 10, dim: 7 });
      expect(encoder.build(new Variables('training'), input('images', [2, 3, 37, 50])).shape).toEqual([2, 7]);
    }
  });
});
