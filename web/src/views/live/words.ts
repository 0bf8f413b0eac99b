/** @file Figures of a training as people read them. */
import { formatCount, percent } from '../../../../src/core/format.ts';
import type { Run } from '../../source/source.ts';

/** Three digits that count, without an exponent where it can be read without one. */
export function figure(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

/** Two digits that count, if it is not less than a hundredth: `3.4 %`, `41 %`. */
export function shortPercent(share: number): string {
  return percent(share, share < 0.0995 ? 1 : 0);
}

/** An update of the pictures, with what came and went. */
export function updateInWords({ number, epoch, at, ...update }: Run['updates'][number]): string {
  const counts = [
    [update.added, 'new'],
    [update.changed, 'changed'],
    [update.moved, 'renamed'],
    [update.removed, 'gone'],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  const what = told.length > 0 ? told.join(', ') : 'no other pictures';
  return `Update ${number}, after epoch ${epoch}: ${what}; ${formatCount(update.numPictures)} pictures since. ${new Date(at).toLocaleString()}`;
}
