/** @file The running service, by the types of its routes: a path, a parameter or a field that is not there does not compile. */
import { type ClientRequestOptions, type ClientResponse, hc } from 'hono/client';
import type { Problem } from '../../../src/server/api.ts';
import type { Api } from '../../../src/server/app.ts';
import { SourceError } from './source.ts';

/** Below the folder of the page, wherever that lies. */
const BASE = '.';

export type Service = ReturnType<typeof openService>;

/** Each request fails with a `SourceError` whose message is meant for people. */
export function openService() {
  return hc<Api>(BASE, { fetch: request }).api;
}

/** The address of what the browser fetches itself: `service.events.$path()`. */
export function address(path: string): string {
  return BASE + path;
}

/** Gives a request up when `signal` says so. */
export function until(signal: AbortSignal | undefined): ClientRequestOptions {
  return { init: { signal: signal ?? null } };
}

/** What a route gives as JSON; its other forms, such as CSV, and its refusals are not among it. */
type Json<R> = R extends ClientResponse<infer T, 200, 'json'> ? Exclude<T, Response> : never;

/** The JSON of an answer. */
export async function jsonOf<R extends ClientResponse<unknown>>(answer: Promise<R>): Promise<Json<R>> {
  return JSON.parse(await (await answer).text());
}

const request: typeof fetch = async (input, init = {}) => {
  let answer: Response;
  try {
    answer = await fetch(input, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new SourceError('The server does not answer. Start it again with `instdisc explore`.', 0);
  }
  if (answer.ok) return answer;
  const path = String(input).slice(BASE.length + 1);
  const problem: Partial<Problem> = await answer.json().catch(() => ({}));
  throw new SourceError(problem.error ?? `${path}: the server answered ${answer.status}.`, answer.status);
};
