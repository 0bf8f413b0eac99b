/** @file The gradient suite, the same for every backend. */
import { describe, expect, it } from 'vitest';
import type { NamedBackend } from '../backends.js';
import { TOLERANCES } from '../tolerances.js';
import { CASES } from './cases.js';
import { CHAINS } from './chains.js';
import { derivativeError, type GradientCase } from './check.js';

export const SEED = 20180618;

/** Declares a test for each case on this backend. */
export function describeGradients({ name, backend }: NamedBackend): void {
  const groups: [string, readonly GradientCase[]][] = [...Object.entries(CASES), ['chain', CHAINS]];
  describe(`gradients on ${name}, seed ${SEED}`, () => {
    for (const [group, cases] of groups) {
      for (const [index, gradientCase] of cases.entries()) {
        it(`${group} ${gradientCase.name} has the derivative of its central difference`, async () => {
          const error = await derivativeError(gradientCase, backend, SEED + index);
          expect(error, `error in direction ${SEED + index}`).toBeLessThan(TOLERANCES.float32.derivative);
        });
      }
    }
  });
}
