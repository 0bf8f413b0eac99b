/** @file What the routes are made of. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Desktop } from './desktop.js';
import type { Gate } from './gate.js';
import type { Intake } from './intake.js';
import type { Service } from './run-service.js';
import type { Thumbnails } from './thumbnails.js';

/** Given to each group of routes. */
export interface ServerContext {
  /** The run folder. */
  readonly runPath: string;
  readonly service: Service;
  readonly thumbnails: Thumbnails;
  /** Of this machine, where nobody else reaches the server. */
  readonly desktop?: Desktop | undefined;
  /** Passed by what takes the processor: encoding, searching, explaining. */
  readonly gate: Gate;
  /** Reads every body, before the gate is passed. */
  readonly intake: Intake;
  /** Aborted when the server is to end: streams must end, too. */
  readonly closing: AbortSignal;
}

/** What Hono is told of the server it runs in; there is none where a request is made up. */
export interface Env {
  Bindings: Partial<HttpBindings>;
}
export type RequestContext = Context<Env>;
