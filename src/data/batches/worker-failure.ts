/** @file Errors of threads that make batches: their classes do not survive the way between threads. */
import { DataError, DeviceError, RunError } from '../../core/errors.js';
import { systemError } from '../../core/system-errors.js';

/** Kinds that are told as what they were: a damaged cache, a machine that is short of memory. */
const KINDS = [RunError, DeviceError];

/**
 * What a thread has failed with.
 *
 * @param subject put before what it says
 */
export function workerFailure(error: Error & { readonly exitCode?: number }, subject = ''): Error {
  const Kind = KINDS.find((kind) => new kind().exitCode === error.exitCode) ?? DataError;
  return systemError(error) ?? new Kind(subject + error.message, { cause: error });
}
