/** @file What goes between the threads of the server and of the run. */
import type { OpenRunOptions } from '../run/open-run.js';
import type { SentFailure } from './failure.js';
import type { Service } from './run-service.js';

export interface RunThreadData {
  readonly path: string;
  readonly options: OpenRunOptions;
}

export interface Call {
  readonly id: number;
  readonly method: keyof Service;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: SentFailure;
}

/** In place of a call's id: something went wrong that nobody waits for. */
export const UNASKED = -1;
