/** @file Answers that are no success: what is thrown for them, and how they are written. */
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ArgumentError, InstDiscError } from '../core/errors.js';
import { ScarcityError } from '../core/scarce.js';
import type { Problem } from './api.js';
import { SECURITY_HEADERS } from './headers.js';

/** A request that is refused, with the HTTP status that says so. */
export class RequestError extends InstDiscError {
  override readonly name = 'RequestError';
  readonly status: ContentfulStatusCode;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined;

  constructor(status: ContentfulStatusCode, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** @returns the status for an error that a request ended in: 500 means the fault is ours, 503 the machine's */
export function statusOf(error: unknown): ContentfulStatusCode {
  if (error instanceof RequestError || error instanceof HTTPException) return error.status as ContentfulStatusCode;
  if (error instanceof ScarcityError) return 503;
  return error instanceof ArgumentError ? 400 : 500;
}

/** A response that tells of an error. */
export function problem(error: unknown): Response {
  const status = statusOf(error);
  // What went wrong inside may name paths, and is told on the server's side only.
  const body: Problem = { error: status === 500 ? 'The service failed; its log says why.' : (error as Error).message };
  const retryAfter = error instanceof RequestError ? error.retryAfter : undefined;
  return Response.json(body, {
    status,
    headers: {
      ...SECURITY_HEADERS,
      'Cache-Control': 'no-store',
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
  });
}
