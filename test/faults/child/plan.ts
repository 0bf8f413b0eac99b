/** @file What is to go wrong with files: the vocabulary of the layer and of those who order from it. */

export const OPERATIONS = ['open', 'read', 'write', 'sync', 'rename', 'mkdir', 'rm', 'list'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What the operating system says, as it does to `errno`. */
export const CODES = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS', 'ENOENT'] as const;
export type Code = (typeof CODES)[number];

/**
 * A code fails the operation. `cut` does half of it: a write then fails as on a full disk, a read ends early as if the
 * file did. `flip` changes one bit on the way and says nothing. The others are `kill -9`, before, half-way and after.
 */
export type Harm = Code | 'cut' | 'flip' | 'kill before' | 'kill half-way' | 'kill after';

export interface Plan {
  /** Absolute folders and files: operations elsewhere are neither counted nor harmed. */
  readonly under: readonly string[];
  /** Receives a line for each operation that counts, `operation path`, and `! operation path` for one that is harmed. */
  readonly log: string;
  /** Without it operations are only counted. */
  readonly fault?: Fault;
}

export interface Fault {
  readonly operation: Operation;
  /** Which of its kind, from 0 on. */
  readonly n: number;
  readonly harm: Harm;
  /** Whether every later one fails, too, as on a disk that stays full. */
  readonly isLasting?: boolean;
  /** Where in the bytes a bit is flipped, in [0, 1). */
  readonly at?: number;
}
