/** @file What is damage among the failures of reading what this package wrote, and what is said where something else can be used. */
import { DamageError, DataError, RunError } from './errors.js';

/** Nothing there, something else there, or a disk that does not answer: the file is lost, whoever reads it. */
const LOST = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'];

/** The system's name for why reading failed, such as `ENOENT`; undefined if it was not the system that refused. */
export function refusalCode(error: unknown): string | undefined {
  return (((error as Error).cause ?? error) as NodeJS.ErrnoException).code;
}

/** Whether a refusal of the system is damage, and not that this process may not or cannot read at all. */
export function isLost(code: string | undefined): boolean {
  return code !== undefined && LOST.includes(code);
}

/** The same error, as damage if it is of what lies on the disk. */
export function asDamage(error: unknown): unknown {
  const code = refusalCode(error);
  const isDamage = code === undefined ? error instanceof DataError : isLost(code);
  return isDamage ? new DamageError((error as Error).message, { cause: error }) : error;
}

/** What can be used in the place of something damaged. */
export interface StandIn {
  /** What it is and where it lies. */
  readonly what: string;
  readonly path: string;
  /** What the same training does about the damage when it is resumed. */
  readonly resume: string;
}

/** Told of what is damaged and what is used instead. */
export type OnDamage = (damage: DamageError) => void;

/**
 * Tells of damage and of what is used instead.
 *
 * @throws {RunError} if nobody is there to be told
 */
export function useInstead(error: Error, { what, path, resume }: StandIn, onDamage: OnDamage | undefined): void {
  if (onDamage === undefined) throw new RunError(`${sentence(error)} --resume ${resume}.`, { cause: error });
  onDamage(usedInstead(error, { what, path }, `; --resume ${resume}`));
}

/** What is told of damage where something else is used in its place. */
export function usedInstead(error: Error, { what, path }: Omit<StandIn, 'resume'>, more = ''): DamageError {
  return new DamageError(`${sentence(error)} ${what}, ${path}, is used instead${more}.`, { cause: error });
}

function sentence({ message }: Error): string {
  return message.endsWith('.') ? message : `${message}.`;
}
