import { describe, expect, it } from 'vitest';
import { lower } from '#src/graph/lower.js';
import { conv } from '#src/graph/ops/conv.js';
import { PORTABLE } from '#src/graph/target.js';
import { input, topologicalOrder } from '#src/graph/value.js';
import { cpuBackends } from '../backends.js';
import { describeConvolutions } from './convolution-suite.js';

for (const backend of await cpuBackends()) describeConvolutions(backend);

describe('a convolution on a portable target', () => {
  it('gets a channel of zeros where the runtime would read channels by threes, and only there', () => {
    const padded = [1, 3, 4, 6, 9, 12, 15, 16, 24].filter((channels) => {
      const y = conv(input('x', [1, channels, 4, 4]), input('w', [4, channels, 3, 3]));
      return topologicalOrder(Object.values(lower({ y }, PORTABLE))).some(
        ({ definition }) => definition.name === 'Pad',
      );
    });
    expect(padded).toEqual([6, 9, 15]);
  });
});
