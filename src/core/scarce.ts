/** @file When it is not the file that is at fault but the machine, which is short of memory, threads or open files. */
import { DeviceError } from './errors.js';
import { isLimit } from './system-errors.js';

const MESSAGE =
  /out of memory|not enough memory|cannot allocate|failed to allocate|allocation fail|creat\w* thread|temporarily unavailable|too many open files/i;

/** Whether an error of the file system or of libvips speaks of a shortage. A damaged file can bring libvips to say so, too. */
export function isScarce(error: unknown): boolean {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return isLimit(code) || MESSAGE.test(message);
}

/** What stops a command in that case: the next file would fail likewise, and none of them is damaged. */
export class ScarcityError extends DeviceError {
  constructor(cause: unknown) {
    const { message } = cause as Error;
    super(
      `reading pictures: expected memory, threads and open files enough, got: ${message.split('\n')[0]}. The files are not at fault; end other programs, or raise the limits (ulimit -a shows them), and try again.`,
      { cause },
    );
  }
}
