/** @file Figures of a training as people read them. */
import { percent } from '../../../../src/core/format.ts';

/** Three digits that count, without an exponent where it can be read without one. */
export function figure(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** Two digits that count, if it is not less than a hundredth: `3.4 %`, `41 %`. */
export function shortPercent(share: number): string {
  return percent(share, share < 0.0995 ? 1 : 0);
}
