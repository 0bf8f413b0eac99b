/** @file Counts operations, in all threads of a process together, and says when it is time to strike. */
import fs from 'node:fs';
import { constants } from 'node:os';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { CODES, type Code, type Fault, type Harm, OPERATIONS, type Operation, type Plan } from './plan.js';

const KEY = 'instdisc faults';
const TEXTS: Readonly<Record<Code, string>> = {
  ENOSPC: 'no space left on device',
  EIO: 'i/o error',
  EACCES: 'permission denied',
  EMFILE: 'too many open files',
  EROFS: 'read-only file system',
  ENOENT: 'no such file or directory',
};

const { appendFileSync } = fs;

interface Ordered {
  readonly plan: Plan;
  /** How many there were of each operation, shared by all threads. */
  readonly counts: Int32Array;
}

// A thread has a copy of what was ordered when it was started.
let ordered = getEnvironmentData(KEY) as Ordered | undefined;

/** Begins to count anew, and to strike as the plan says; undefined ends both. Threads that run already keep theirs. */
export function order(plan: Plan | undefined): void {
  const counts = new Int32Array(new SharedArrayBuffer(4 * OPERATIONS.length));
  ordered = plan && { plan, counts };
  setEnvironmentData(KEY, ordered as never);
}

/** A blow that has to fall on an operation. */
export interface Blow {
  readonly harm: Harm;
  readonly at: number;
}

/** Counts an operation, and says what is to happen to it. */
export function strike(operation: Operation, place: unknown): Blow | undefined {
  if (ordered === undefined) return undefined;
  const { plan, counts } = ordered;
  const path = pathOf(place);
  if (path === undefined || !plan.under.some((root) => path === root || path.startsWith(root + sep))) return undefined;
  const n = Atomics.add(counts, OPERATIONS.indexOf(operation), 1);
  const { fault } = plan;
  if (fault === undefined) appendFileSync(plan.log, `${operation} ${path}\n`);
  if (fault?.operation !== operation || !isDue(fault, n)) return undefined;
  appendFileSync(plan.log, `! ${operation} ${path}\n`);
  return { harm: fault.harm, at: fault.at ?? 0.5 };
}

function isDue({ n, isLasting = false }: Fault, now: number): boolean {
  return isLasting ? now >= n : now === n;
}

function pathOf(place: unknown): string | undefined {
  if (typeof place === 'string') return resolve(place);
  if (place instanceof URL) return fileURLToPath(place);
  if (place instanceof Uint8Array) return resolve(Buffer.from(place).toString());
  return undefined;
}

/** The error that Node makes of a code; calls that are given an open file do not name its path. */
export function systemError(code: Code, syscall: string, path?: string): NodeJS.ErrnoException {
  const where = path === undefined ? '' : ` '${path}'`;
  return Object.assign(new Error(`${code}: ${TEXTS[code]}, ${syscall}${where}`), {
    errno: -constants.errno[code],
    code,
    syscall,
    ...(path !== undefined && { path }),
  });
}

export function isCode(harm: Harm): harm is Code {
  return (CODES as readonly string[]).includes(harm);
}

/** Ends the process as a power cut would. */
export function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal takes a moment; nothing may be done meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('killed');
}

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = Math.floor(at * copy.length);
  if (copy.length > 0) copy[place] = copy[place]! ^ 1;
  return copy;
}
