import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { lower } from '#src/graph/lower.js';
import { NoGradient, operator } from '#src/graph/operator.js';
import * as operators from '#src/graph/ops/operators.js';
import { PORTABLE } from '#src/graph/target.js';
import { input, scalar, sizeOf } from '#src/graph/value.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../backends.js';
import { TOLERANCES } from '../tolerances.js';
import { CASES } from './cases.js';
import { derivativeError } from './check.js';
import { describeGradients, SEED } from './suite.js';

const backends = await cpuBackends();
for (const backend of backends) describeGradients(backend);

describe('the gradient checker', () => {
  const { mul, exp } = operators;
  const flawedExp = operator<1>({
    name: 'Exp',
    infer: ([x]) => [x],
    gradient: ({ outputs: [y] }, [dy]) => [mul(mul(dy, y), scalar(1.02))],
  });

  it('catches a rule that is 2 % off', async () => {
    const flawed = {
      name: 'flawed',
      inputs: [[2, 3]],
      build: ([x]: readonly Parameters<typeof exp>[0][]) => flawedExp([x!], {}),
    };
    const error = await derivativeError(flawed, backends[0]!.backend, SEED);
    expect(error).toBeGreaterThan(10 * TOLERANCES.float32.derivative);
  });

  it('has a case for every operator with a rule, and for no other', () => {
    const withRule = Object.entries(operators).flatMap(([name, value]) =>
      'definition' in value && !(value.definition.gradient instanceof NoGradient) ? [name] : [],
    );
    expect(Object.keys(CASES).sort()).toEqual(withRule.sort());
  });
});

describe('the gradient of a max pool on devices without indices of the maxima', () => {
  it('equals that from the indices, ties included', async () => {
    const { backend } = backends[1]!;
    const x = input('x', [2, 3, 7, 6]);
    const dy = input('dy', [2, 3, 4, 3]);
    const y = operators.maxPool(x, 3, 2, 1);
    const dx = operators.MaxPoolGradient([dy, x, y], { kernel_shape: [3, 3], ...operators.squareWindow(2, 1) })[0];
    const random = new Random(SEED, 'sample');
    const feeds = {
      x: Float32Array.from({ length: sizeOf(x.shape) }, () => random.integer(5) - 2),
      dy: Float32Array.from({ length: sizeOf(dy.shape) }, () => random.normal()),
    };
    const results: Float32Array[] = [];
    for (const graph of [{ dx }, lower({ dx }, PORTABLE)]) {
      const program = await Program.create(graph, backend);
      results.push((await program.run(feeds))['dx']!);
      await program.release();
    }
    results[0]!.forEach((expected, i) => {
      expect(results[1]![i]).toBeCloseTo(expected, 6);
    });
  });
});
