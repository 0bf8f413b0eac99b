/** @file Sees to it that all ranks of a training have the same weights. */
import { DeviceError } from '../core/errors.js';
import type { Communicator } from '../machines/communicator.js';
import type { Trainer } from './trainer.js';

/** Steps between two comparisons within an epoch. */
export const COMPARED_EVERY = 100;

/**
 * Compares weights and momentum of the ranks, by their digests; the bank, too, if that is asked for.
 *
 * @throws {DeviceError} on all ranks, if one has others than rank 0
 */
export function checkSame(
  machines: Communicator,
  trainer: Pick<Trainer, 'digest'>,
  step: number,
  withBank: boolean,
): void {
  const own = Uint8Array.from(Buffer.from(trainer.digest(withBank), 'hex'));
  const all = new Uint8Array(own.length * machines.size);
  machines.allgather(own, all);
  const of = (rank: number): string =>
    Buffer.from(all.subarray(rank * own.length, (rank + 1) * own.length)).toString('hex');
  const other = Array.from({ length: machines.size }, (_, rank) => rank).find((rank) => of(rank) !== of(0));
  if (other === undefined) return;
  throw new DeviceError(
    `training: expected the same weights on all ranks after step ${step}, got others on rank ${other} than on rank 0. ` +
      'A machine computes or sends wrongly, or they run different versions. --resume goes on from the checkpoint before.',
  );
}
