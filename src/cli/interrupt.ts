/** @file Ctrl-C: the first asks for an orderly end, the second ends at once. */
import { InstDiscError } from '../core/errors.js';

const EXIT_CODE = 130;

/** Somebody pressed Ctrl-C. */
export class Interrupted extends InstDiscError {
  override readonly exitCode = EXIT_CODE;
}

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts.
 *
 * @param options.onFirst called at once, to say that it was heard
 * @param options.message said at the end
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { onFirst, message = 'Stopped; nothing was written.' }: { onFirst?: () => void; message?: string } = {},
): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODE);
    controller.abort(new Interrupted(message));
    onFirst?.();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
