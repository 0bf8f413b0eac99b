import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { input } from '#src/graph/value.js';
import { batchNorm2d, conv2d, linear } from '#src/nn/layers.js';
import { Variables } from '#src/nn/variables.js';
import { evaluate } from '../method/evaluate.js';

describe('layers', () => {
  it('batch normalisation in evaluation uses the running statistics', async () => {
    const y = batchNorm2d(new Variables('evaluation'), 'bn', input('x', [1, 2, 1, 2]));
    const feeds = {
      x: Float32Array.of(1, 3, 10, 20),
      'bn.weight': Float32Array.of(2, 1),
      'bn.bias': Float32Array.of(0.5, -1),
      'bn.running_mean': Float32Array.of(1, 10),
      'bn.running_var': Float32Array.of(4, 25),
    };
    // (x − mean) / √(var + 1e-5) · weight + bias
    const expected = [0.5, 2.5, -1, 1];
    (await evaluate({ y }, feeds))['y']!.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  });

  it('linear computes x·Wᵀ + b', async () => {
    const y = linear(new Variables('training'), 'fc', input('x', [1, 2]), 3);
    const feeds = {
      x: Float32Array.of(1, 10),
      'fc.weight': Float32Array.of(1, 2, 3, 4, 5, 6),
      'fc.bias': Float32Array.of(0.5, 0, -1),
    };
    expect([...(await evaluate({ y }, feeds))['y']!]).toEqual([21.5, 43, 64]);
  });

  it('two layers of one name are refused', () => {
    const variables = new Variables('training');
    const x = input('x', [1, 2, 4, 4]);
    conv2d(variables, 'conv', x, 3, { kernel: 1 });
    expect(() => conv2d(variables, 'conv', x, 3, { kernel: 1 })).toThrow(ArgumentError);
    expect(() => conv2d(variables, 'conv', x, 3, { kernel: 1 })).toThrow(
      'conv.weight: expected one variable of this name, got a second.',
    );
  });

  it('starting values depend on the position of a tensor and the seed only', () => {
    const variables = new Variables('training');
    const x = input('x', [1, 2, 4, 4]);
    batchNorm2d(variables, 'bn', conv2d(variables, 'conv', x, 3, { kernel: 3, padding: 1 }));
    const initial = (seed: number): Map<string, Float32Array> => variables.initialValues(seed);
    expect(initial(1)).toEqual(initial(1));
    expect(initial(1).get('conv.weight')).not.toEqual(initial(2).get('conv.weight'));
    expect(initial(1).get('bn.running_var')).toEqual(Float32Array.of(1, 1, 1));
  });
});
