/** @file Starts programs as the ranks of a job, where there is a launcher. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { type Ended, endOf } from '../cli/cli.js';

/** Whether ranks can be started here. */
export const HAS_MPI = spawnSync('mpirun', ['--version']).status === 0;

const isOpenMpi = HAS_MPI && /Open MPI/i.test(String(spawnSync('mpirun', ['--version']).stdout));
/** Tests may run as root, and on a machine with fewer cores than ranks. */
const FOR_TESTS = isOpenMpi ? ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'] : [];
/** What starts ranks, but for their number. */
export const LAUNCHER: readonly string[] = ['mpirun', ...FOR_TESTS];

/** Starts `ranks` processes of Node; `ended` is fulfilled when all are over. */
export function startRanks(
  ranks: number,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(LAUNCHER[0]!, [...LAUNCHER.slice(1), '-n', String(ranks), process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  return { child, ended: endOf(child) };
}

export async function runRanks(
  ranks: number,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startRanks(ranks, args, environment).ended;
}
