/** @file Commands that several processes can do together, started by mpirun or srun. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { ArgumentError, InstDiscError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { parseShare, type Shares } from '../core/shares.js';
import { systemError } from '../core/system-errors.js';
import type { Communicator } from '../machines/communicator.js';
import { type MachinesOptions, openCommunicator } from '../machines/mpi.js';
import { threadsOf } from '../machines/threads.js';

/** What is wrong with all, rank 0 says; it has this long before another one does. */
const AFTER_FIRST_MS = 2000;

/** The option that has a command heed no launcher. */
export function addMachines(command: Command): Command {
  return command.option(
    '--machines <off>',
    'off: go on alone, whoever has started it; else what mpirun or srun starts works together (docs/machines.md)',
    (text) => {
      if (text === 'off') return text;
      throw new ArgumentError(`--machines: expected off, got '${text}'. Leave it out to heed mpirun or srun.`);
    },
  );
}

export interface ShareOptions extends MachinesOptions {
  readonly share?: Shares;
}

/** The same, and the option for jobs that know nothing of one another. */
export function addShares(command: Command): Command {
  return addMachines(command).option(
    '--share <part>',
    'only a share of the pictures, such as 3/16, the third of sixteen: for arrays of jobs without MPI',
    parseShare,
  );
}

/** @throws {ArgumentError} if a job of several ranks is to do a share alone */
export function sharesOf({ rank, size }: Communicator, share: Shares | undefined): Shares | undefined {
  if (size === 1) return share;
  if (share === undefined) return { of: size, own: [rank] };
  throw new ArgumentError(
    '--share: expected it without mpirun, or mpirun without it, got both. --machines off ignores mpirun.',
  );
}

/** The threads of a rank that is not alone. */
export function threadsAmong(machines: Communicator): { readonly threads?: number } {
  return machines.size === 1 ? {} : { threads: threadsOf(machines) };
}

/**
 * Does something with the other ranks, if a launcher has started several. An error of one ends all, and says whose it is.
 *
 * @throws what `work` throws, in a process alone
 */
export async function withRanks(
  { machines: asked }: MachinesOptions,
  work: (machines: Communicator) => Promise<void>,
): Promise<void> {
  const machines = await openCommunicator({ machines: asked });
  try {
    await work(machines);
  } catch (error) {
    if (machines.size === 1) throw error;
    if (machines.rank > 0) await sleep(AFTER_FIRST_MS);
    const told = systemError(error) ?? (error as Error);
    const whose = `rank ${machines.rank} of ${machines.size}, on ${machines.host}`;
    const text = process.argv.includes('--verbose') ? told.stack : told.message;
    process.stderr.write(`${whose}: ${printable(text ?? told.message)}\n`);
    machines.abort(told instanceof InstDiscError ? told.exitCode : 1);
  }
  await machines.close();
}
