import { describe, expect, it } from 'vitest';
import { NoGradient, operator } from '#src/graph/operator.js';
import * as operators from '#src/graph/ops/index.js';
import { scalar } from '#src/graph/value.js';
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
    const flawed = { name: 'flawed', inputs: [[2, 3]], build: ([x]: readonly Parameters<typeof exp>[0][]) => flawedExp([x!], {}) };
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
