/** @file What part of a batch each rank takes. */
import { ArgumentError } from '../core/errors.js';
import type { Settings } from '../method/settings.js';

/**
 * Pictures that a rank takes in a step: `batch` is divided among the ranks, so that a step is of as many pictures, and the
 * learning rate the same, whatever their number.
 *
 * @throws {ArgumentError} if it cannot be divided evenly
 */
export function batchOfRank({ batch }: Pick<Settings, 'batch'>, ranks: number): number {
  const own = batch / ranks;
  if (Number.isInteger(own) && own >= (ranks > 1 ? 2 : 1)) return own;
  const best = Math.max(2, Math.round(own)) * ranks;
  throw new ArgumentError(
    `batch: expected a multiple of the ${ranks} ranks, of two pictures each or more, got ${batch}. Give --batch ${best}.`,
  );
}
