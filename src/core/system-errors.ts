/** @file What the operating system refuses, as sentences: of what, why, and what to do. */
import { DataError, DeviceError, InstDiscError } from './errors.js';

/** Of the machine as a whole, not of a place that was given. */
const LIMITS = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ERR_WORKER_INIT_FAILED', 'ERR_WORKER_OUT_OF_MEMORY'];

/** Whether the system's name for an error says that the machine is short of something, whatever was asked for. */
export function isLimit(code: string): boolean {
  return LIMITS.includes(code);
}

/** The operating system refused something: a disk is full, a permission missing, a limit reached. */
export class SystemError extends InstDiscError {
  override readonly name = 'SystemError';
  override readonly exitCode: number;
  /** The system's name for it, such as `ENOSPC`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exitCode = (isLimit(code) ? new DeviceError() : new DataError()).exitCode;
  }
}

/** What Node puts into such an error. */
interface Refusal extends Error {
  readonly code?: unknown;
  path?: unknown;
  readonly syscall?: unknown;
}

const WRITE_ELSEWHERE = 'Write to another place.';
const CHECK = 'Check the path.';
const THREADS = 'End other programs, raise the limit (ulimit -u), or take fewer with --threads and --workers.';

/** What was expected and what there was instead, and what to do, by the system's name for it. */
const SENTENCES: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['room to write, got a full disk', 'Make room (df -h shows where), and give the command again.'],
  EDQUOT: ['room to write, got a quota that is used up', 'Make room, and give the command again.'],
  EFBIG: ['room to write, got a limit to the size of files', 'Raise it (ulimit -f), or write to another disk.'],
  EROFS: ['a place that can be written, got a read-only disk', WRITE_ELSEWHERE],
  EACCES: ['permission to use it, got none', 'Change its permissions (ls -l shows them), or take another place.'],
  EPERM: ['permission to change it, got none', 'Change its permissions or attributes, or take another place.'],
  ENOENT: ['a file or folder, got nothing there', CHECK],
  ENOTDIR: ['a folder, got a file on the way', CHECK],
  EISDIR: ['a file, got a folder', 'Give the name of a file.'],
  EEXIST: ['a folder or nothing there, got a file of that name', WRITE_ELSEWHERE],
  ENOTEMPTY: ['an empty folder, got one with other files', WRITE_ELSEWHERE],
  ENAMETOOLONG: ['a shorter name, got one that the disk cannot keep', 'Shorten it.'],
  ELOOP: ['a file or folder, got links that lead to each other', CHECK],
  EBUSY: ['a file that is free, got one in use', 'End what uses it, and give the command again.'],
  EIO: ['a disk that answers, got an error of the device', 'Copy what you need from it, and check the disk.'],
  EMFILE: ['to open one more file, got the limit of open files', 'Raise it: ulimit -n 4096.'],
  ENFILE: ['to open one more file, got the limit of the whole machine', 'End other programs.'],
  EAGAIN: ['one more thread or process, got the limit of them', THREADS],
  ERR_WORKER_INIT_FAILED: ['one more thread, got the limit of them', THREADS],
  ENOMEM: ['more memory, got none', 'End other programs, or take smaller settings (--batch, --width, --size).'],
  ERR_WORKER_OUT_OF_MEMORY: ['more memory, got none', 'End other programs, or take smaller settings.'],
  EADDRINUSE: ['a port that is free, got one in use', 'Give another --port, or end what listens there.'],
  EADDRNOTAVAIL: ['an address of this machine, got another', 'Give another --host.'],
};

const NOTHING = ` no such file. ${CHECK}`;

/** What there is in place of an input file. */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: NOTHING,
  ENOTDIR: NOTHING,
  EISDIR: ' a folder. Give the name of a file.',
  EACCES: ' no permission to read it. Change its permissions (ls -l shows them).',
};

/**
 * What the operating system refused, as a sentence.
 *
 * @returns undefined if the error is of another kind
 */
export function systemError(error: unknown): SystemError | undefined {
  if (error instanceof SystemError) return error;
  if (!(error instanceof Error) || error instanceof InstDiscError) return undefined;
  const { code, path, syscall, message, stack } = error as Refusal;
  if (typeof code !== 'string') return undefined;
  const [expected, advice] = Object.hasOwn(SENTENCES, code) ? SENTENCES[code]! : [];
  if (expected === undefined && typeof syscall !== 'string') return undefined;
  const subject = typeof path === 'string' && path !== '' ? path : typeof syscall === 'string' ? syscall : 'system';
  const told = new SystemError(
    code,
    expected === undefined
      ? `${subject}: expected the system to do it, got: ${message}.`
      : `${subject}: expected ${expected} (${code}). ${advice}`,
    { cause: error },
  );
  if (stack !== undefined) told.stack = stack.replace(message, () => told.message);
  return told;
}

/**
 * The same, about a file: writing does not tell which, and what is written beside its place has a name nobody knows.
 *
 * @returns the error itself if it is of another kind
 */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && !(error instanceof InstDiscError) && 'code' in error) (error as Refusal).path = path;
  return systemError(error) ?? error;
}

/** What is read of a file; where the system refuses, the error names it, as `withPath` has it. */
export async function readingOf<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw withPath(error, path);
  }
}

/**
 * That an input file cannot be read, as a sentence.
 *
 * @param expected what it should be, such as `a CSV file of labels`
 * @returns of a limit of the machine, that; the file is not at fault then
 */
export function inputRefused(path: string, expected: string, error: unknown): InstDiscError {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const told = withPath(error, path);
  if (told instanceof SystemError && LIMITS.includes(code)) return told;
  const got = Object.hasOwn(UNREADABLE, code) ? UNREADABLE[code] : `: ${message}`;
  return new DataError(`${path}: expected ${expected}, got${got}`, { cause: error });
}
