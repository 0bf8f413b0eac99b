/** @file Errors on their way between threads and processes, where their classes do not survive. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { DataError, DeviceError, InstDiscError, RunError } from '../core/errors.js';
import { SystemError, systemError } from '../core/system-errors.js';
import { RequestError, statusOf } from './problem.js';

export interface SentFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a request that is refused. */
  readonly status: ContentfulStatusCode | undefined;
  readonly retryAfter: number | undefined;
}

/** Kinds of errors that people can put right, by name; others are mistakes of the program. */
const KINDS = new Map([RunError, DataError, DeviceError, InstDiscError].map((kind) => [new kind().name, kind]));

export function failureOf(thrown: Error): SentFailure {
  const error = systemError(thrown) ?? thrown;
  const status = statusOf(error);
  return {
    name: error instanceof SystemError ? InstDiscError.name : error.name,
    message: error.message,
    stack: error.stack,
    status: status === 500 ? undefined : status,
    retryAfter: error instanceof RequestError ? error.retryAfter : undefined,
  };
}

/** The error that a failure was. */
export function revive({ name, message, status, retryAfter, stack }: SentFailure): Error {
  const Kind = KINDS.get(name) ?? Error;
  const error = status === undefined ? new Kind(message) : new RequestError(status, message, retryAfter);
  if (stack !== undefined) error.stack = stack;
  return error;
}
