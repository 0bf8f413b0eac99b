/** @file Ctrl-C, SIGTERM, SIGUSR2 and a closed terminal ask for an orderly end; a second Ctrl-C ends at once. */
import { InstDiscError } from '../core/errors.js';
import { wasHangupIgnored } from './hangup.js';

const EXIT_CODE = 130;

/** Somebody pressed Ctrl-C. */
export class Interrupted extends InstDiscError {
  override readonly exitCode = EXIT_CODE;
}

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM, or SIGHUP) aborts.
 *
 * @param options.onFirst called at once, to say that it was heard
 * @param options.message said at the end
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { onFirst, message = 'Stopped; nothing was written.' }: { onFirst?: () => void; message?: string } = {},
): Promise<T> {
  const controller = new AbortController();
  const off = onInterrupt(() => {
    controller.abort(new Interrupted(message));
    onFirst?.();
  });
  try {
    return await work(controller.signal);
  } finally {
    off();
  }
}

/**
 * Listens for the wish that this process end: Ctrl-C, SIGTERM, SIGUSR2, or SIGHUP unless it was ignored from the start.
 *
 * Only a second Ctrl-C is taken for impatience. A terminal that is closed sends SIGHUP twice, as its kernel and its
 * shell both do, and a session that ends sends SIGTERM beside it; neither may cut short what is being saved.
 *
 * @param onFirst called once
 * @returns ends the listening
 */
export function onInterrupt(onFirst: () => void): () => void {
  let isHeard = false;
  const ask = (): void => {
    if (isHeard) return;
    isHeard = true;
    onFirst();
  };
  const press = (): void => (isHeard ? endAtOnce() : ask());
  const asking: NodeJS.Signals[] = ['SIGTERM'];
  if (!wasHangupIgnored()) asking.push('SIGHUP');
  // Which mpirun passes on, as it does not SIGTERM.
  if (process.platform !== 'win32') asking.push('SIGUSR2');
  process.on('SIGINT', press);
  for (const name of asking) process.on(name, ask);
  return () => {
    process.off('SIGINT', press);
    for (const name of asking) process.off(name, ask);
  };
}

/**
 * Ends as a program does that has never heard of SIGINT: by it, which a shell reports as 130.
 *
 * `process.exit` would first have to wait for each thread that is in native code, and then stop it there: ONNX Runtime
 * throws what nobody can catch, and the process aborts (134).
 */
function endAtOnce(): void {
  // Windows knows no signals between processes; its nearest thing would exit with 1.
  if (process.platform === 'win32') process.exit(EXIT_CODE);
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
