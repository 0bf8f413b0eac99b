/** @file What is said of methods: which a path takes, and that it takes no others. */
import type { Context } from 'hono';
import { problem, RequestError } from './problem.js';

/** Methods of all paths together. */
export const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/**
 * The answer to a method that a path has no other answer to: to OPTIONS those that it takes, to others 405.
 *
 * @param methods what the path takes, OPTIONS aside
 */
export function notAllowed(c: Context, methods: readonly string[]): Response {
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (c.req.method === 'OPTIONS') return c.body(null, 204, { Allow: allow });
  const response = problem(new RequestError(405, `${c.req.method} ${c.req.path}: expected ${allow}.`));
  response.headers.set('Allow', allow);
  return response;
}
