/** @file How many threads are a rank's. */
import { availableParallelism, cpus } from 'node:os';
import type { Communicator } from './communicator.js';

/**
 * The cores of this machine, divided among its ranks. Where the launcher has bound each rank to cores of its own, these.
 */
export function threadsOf({ ranksHere }: Pick<Communicator, 'ranksHere'>): number {
  const cores = availableParallelism();
  return cores < cpus().length ? cores : Math.max(1, Math.floor(cores / ranksHere));
}
