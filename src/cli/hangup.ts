/** @file A terminal that is closed: its signal, SIGHUP, and an end without it. */
import { closeSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isatty } from 'node:tty';

/** The bit of SIGHUP in a mask of signals. */
const HANGUP = 1n;

/**
 * Ignores SIGHUP for good if it was ignored when the process was started, as under `nohup`.
 *
 * Node gives every signal its default action as it starts, so what was asked for has to be found out and done again.
 */
export function keepHangupIgnored(): void {
  if (wasHangupIgnored()) process.on('SIGHUP', () => undefined);
}

/**
 * Has the process end as it would have if a terminal of it is closed meanwhile.
 *
 * At its end Node gives terminals back as it found them, and aborts (134) if one refuses; what it finds closed it leaves.
 */
export function surviveClosedTerminal(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

/**
 * What can still be seen of a SIGHUP that was ignored: the parent ignores it, too, and children inherit that; a shell
 * has said that the command is `nohup`; or stdin is what GNU's nohup makes of a terminal, /dev/null that can only be
 * written. A wrong guess loses nothing: the work either goes on, or is saved and can be resumed.
 */
export function wasHangupIgnored(): boolean {
  // Shells tell the command they run in `_`, and who is no shell passes it on.
  return (
    isIgnoredBy('self') || isIgnoredBy(process.ppid) || basename(process.env['_'] ?? '') === 'nohup' || isNohupInput()
  );
}

function isIgnoredBy(pid: number | 'self'): boolean {
  const mask = /^SigIgn:\s*([\da-f]+)$/m.exec(readProc(`/proc/${pid}/status`))?.[1];
  return mask !== undefined && (BigInt(`0x${mask}`) & HANGUP) !== 0n;
}

function isNohupInput(): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(readProc('/proc/self/fdinfo/0'))?.[1];
  if (flags === undefined || (Number.parseInt(flags, 8) & 3) !== 1) return false;
  try {
    return readlinkSync('/proc/self/fd/0') === '/dev/null';
  } catch {
    return false;
  }
}

/** Empty where there is no such file, as everywhere but on Linux. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
