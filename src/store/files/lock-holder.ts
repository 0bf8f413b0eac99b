/** @file Who holds a lock, as its file says, and whether that process still runs. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** How often a holder writes its lock again, as a sign of life for those who cannot see its process. */
export const SIGN_OF_LIFE_MS = 15_000;
/** A holder whose process cannot be seen is taken to be gone after so long without a sign. */
const SILENCE_MS = 180_000;

/** A process that holds a lock. One that version 0.1 wrote holds the number alone. */
export interface LockHolder {
  readonly pid: number;
  /** The process that started it, which may have gone since. */
  readonly parent?: number;
  readonly host?: string;
  /** Where `pid` means something: a machine since it was started, and there a container. */
  readonly place?: string;
  /** When the process was started, in whatever unit the system tells it: a number that is used again is told by it. */
  readonly started?: string;
  /** Of this taking of the lock, and of no other. */
  readonly token?: string;
}

/** This process, about to take a lock. */
export function ownHolder(): LockHolder {
  const started = lookUp(process.pid).started;
  return {
    pid: process.pid,
    parent: process.ppid,
    host: hostname(),
    place: ownPlace(),
    ...(started !== undefined && { started }),
    token: randomUUID(),
  };
}

/** @returns undefined for what no process has written whole */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const holder = typeof value === 'number' ? { pid: value } : (value as LockHolder | null);
    return Number.isInteger(holder?.pid) && holder!.pid > 0 ? holder! : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a holder still runs.
 *
 * @param writtenMs when its lock was last written
 * @param nowMs by the same clock
 */
export function isAlive(holder: LockHolder, writtenMs: number, nowMs: number): boolean {
  const { pid, place, started } = holder;
  if (place !== undefined && place !== ownPlace()) return gaveSign(writtenMs, nowMs);
  const found = lookUp(pid);
  if (!found.isRunning) return false;
  // In containers every run may have the same number: a lock of 0.1 that is older than this process is not its own.
  if (place === undefined) return pid !== process.pid || writtenMs >= nowMs - process.uptime() * 1000;
  if (started === undefined || found.started === undefined) return gaveSign(writtenMs, nowMs);
  return started === found.started;
}

/** How errors name a holder. */
export function holderName({ pid, place, host }: LockHolder): string {
  return place === undefined || place === ownPlace() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/** A time to come is no sign of life either: since the clock was set back, a holder would have written again. */
function gaveSign(writtenMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - writtenMs) < SILENCE_MS;
}

let place: string | undefined;

function ownPlace(): string {
  try {
    place ??= `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    place ??= hostname();
  }
  return place;
}

interface Found {
  readonly isRunning: boolean;
  /** Undefined where the system does not tell it. */
  readonly started?: string;
}

function lookUp(pid: number): Found {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return { isRunning: false };
  }
  if (process.platform === 'win32') return { isRunning: true };
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return { isRunning: true };
  }
}

/** proc(5): after the name, in brackets that it may contain itself, the third field is the state, the 22nd the start. */
function fromProc(pid: number): Found {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Killed, and only not yet asked for by its parent, which in a container may never do so.
  if (fields[0] === 'Z' || fields[0] === 'X') return { isRunning: false };
  return { isRunning: true, started: fields[19]! };
}

function fromPs(pid: number): Found {
  const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } });
  return { isRunning: true, started: started.toString().trim() };
}
