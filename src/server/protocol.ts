/** @file What goes between the threads of the server and of the run. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { OpenRunOptions } from '../train/open-run.js';
import type { Service } from './service.js';

export interface ThreadData {
  readonly path: string;
  readonly options: OpenRunOptions;
}

export interface Call {
  readonly id: number;
  readonly method: keyof Service;
  readonly args: readonly unknown[];
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a request that is refused. */
  readonly status: ContentfulStatusCode | undefined;
  readonly retryAfter: number | undefined;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: Failure;
}

/** In place of a call's id: something went wrong that nobody waits for. */
export const UNASKED = -1;
