import { describe, expect, it } from 'vitest';
import { input } from '#src/graph/value.js';
import { batchNorm2d, conv2d } from '#src/nn/layers.js';
import { momentumName, sgd, sgdUpdates } from '#src/nn/sgd.js';
import { Variables } from '#src/nn/variables.js';
import { evaluate } from '../method/evaluate.js';

/** Three steps on one weight whose gradient is given: [weight, buffer] after each. */
async function threeSteps(momentum: number, weightDecay: number): Promise<number[][]> {
  const { parameter, buffer } = sgd('w', input('w', [1]), input('g', [1]), input('lr', []), { momentum, weightDecay });
  let [w, b] = [Float32Array.of(1), Float32Array.of(0)];
  const states: number[][] = [];
  for (const g of [0.5, -1, 2]) {
    const feeds = { w, g: Float32Array.of(g), lr: Float32Array.of(0.1), [momentumName('w')]: b };
    const next = await evaluate({ parameter, buffer }, feeds);
    [w, b] = [next['parameter']!, next['buffer']!] as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
    states.push([w[0]!, b[0]!]);
  }
  return states;
}

describe('sgd', () => {
  // torch.optim.SGD([w = 1], lr=0.1, momentum, weight_decay) with the gradients 0.5, −1, 2, by hand.
  const byHand: [string, number, number, number[][]][] = [
    [
      'without momentum or decay',
      0,
      0,
      [
        [0.95, 0.5],
        [1.05, -1],
        [0.85, 2],
      ],
    ],
    [
      'with momentum 0.9',
      0.9,
      0,
      [
        [0.95, 0.5],
        [1.005, -0.55],
        [0.8545, 1.505],
      ],
    ],
    [
      'with momentum 0.9 and weight decay 0.1',
      0.9,
      0.1,
      [
        [0.94, 0.6],
        [0.9766, -0.366],
        [0.799774, 1.76826],
      ],
    ],
  ];
  for (const [name, momentum, weightDecay, expected] of byHand) {
    it(`${name} steps as PyTorch's does`, async () => {
      const states = await threeSteps(momentum, weightDecay);
      expected.flat().forEach((x, i) => {
        expect(states.flat()[i]).toBeCloseTo(x, 6);
      });
    });
  }

  it('is put out for each parameter by name, with the buffers that layers move', () => {
    const variables = new Variables('training');
    batchNorm2d(variables, 'bn', conv2d(variables, 'conv', input('x', [1, 2, 4, 4]), 3, { kernel: 3 }));
    const next = sgdUpdates(variables, variables.trainable, input('lr', []));
    const parameters = ['conv.weight', 'bn.weight', 'bn.bias'];
    const names = [...parameters, ...parameters.map(momentumName), 'bn.running_mean', 'bn.running_var'];
    expect(Object.keys(next).sort()).toEqual(names.map((name) => `next.${name}`).sort());
    for (const [name, { value }] of variables.parameters) expect(next[`next.${name}`]!.shape).toEqual(value.shape);
  });
});
