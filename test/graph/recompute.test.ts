import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { lower } from '#src/graph/lower.js';
import { peakBytes } from '#src/graph/memory.js';
import { topologicalOrder } from '#src/graph/value.js';
import { softmax } from '#src/method/losses/softmax.js';
import { RECIPES } from '#src/method/recipes.js';
import { trainingStep } from '#src/method/step.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { allocate, type TensorData } from '#src/runtime/feed.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../backends.js';
import { relativeError } from '../oracles/tensor.js';
import { TOLERANCES } from '../tolerances.js';

const SEED = 3;

function step(name: 'resnet18' | 'vgg16', checkpointActivations: boolean, batch = 4): ReturnType<typeof trainingStep> {
  const settings = { ...RECIPES.cifar10, batch, dim: 8, checkpointActivations };
  const encoder = encoderNamed(name, { stem: 'cifar', width: 16, dim: 8 });
  return trainingStep(encoder, softmax, settings, { numImages: 20, numClasses: 0 });
}

function numConvolutions(outputs: ReturnType<typeof step>['graph']): number {
  return topologicalOrder(Object.values(outputs)).filter(({ definition }) => definition.name === 'Conv').length;
}

for (const { name, backend } of await cpuBackends()) {
  describe(`computing activations anew, on ${name}, seed ${SEED}`, () => {
    it.each(['resnet18', 'vgg16'] as const)('changes nothing in a step of %s but the rounding', async (encoder) => {
      const results = [];
      for (const anew of [false, true]) {
        const random = new Random(SEED, 'sample');
        const program = await Program.create(step(encoder, anew).graph, backend);
        const names = [...program.inputs.keys()].sort();
        const feeds: Record<string, TensorData> = {};
        for (const input of names) {
          const array = allocate(program.inputs.get(input)!);
          if (array instanceof Float32Array) array.set(Array.from(array, () => 0.1 * random.normal()));
          else (array as BigInt64Array).set([...array.keys()].map(BigInt));
          feeds[input] = array;
        }
        results.push(await program.run(feeds));
        await program.release();
      }
      expect(Object.keys(results[1]!)).toEqual(Object.keys(results[0]!));
      for (const [output, data] of Object.entries(results[0]!)) {
        const bound = TOLERANCES.float32[output === 'loss' ? 'loss' : 'network'];
        expect(relativeError(results[1]![output]!, Float64Array.from(data)), output).toBeLessThan(bound);
      }
    });
  });
}

describe('computing activations anew', () => {
  it('runs each convolution of a residual block a second time, and holds less', () => {
    const [kept, anew] = [step('resnet18', false, 64).graph, step('resnet18', true, 64).graph];
    expect(numConvolutions(kept)).toBe(20);
    // All but the stem's, whose result is the first checkpoint.
    expect(numConvolutions(anew)).toBeGreaterThanOrEqual(2 * 20 - 1);
    const target = { device: 'cpu', channelBlock: 16 } as const;
    expect(peakBytes(lower(anew, target))).toBeLessThan(0.75 * peakBytes(lower(kept, target)));
  });
});
