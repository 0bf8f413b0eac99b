/** @file How many requests one address may send: a bucket that fills steadily and is emptied by one a request. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './context.js';
import { RequestError } from './problem.js';

export interface Rate {
  readonly perSecond: number;
  /** Requests at once after a rest. */
  readonly burst: number;
}

/** A page that shows a wall of thumbnails asks for some hundreds. */
export const DEFAULT_RATE: Rate = { perSecond: 1000, burst: 4000 };

/** Addresses remembered; a full bucket need not be. */
const MAX_ADDRESSES = 10_000;

export function limitRate({ perSecond, burst }: Rate): MiddlewareHandler<Env> {
  const buckets = new Map<string, { left: number; at: number }>();
  return async (c, next) => {
    const address = c.env?.incoming?.socket.remoteAddress ?? '';
    const now = performance.now();
    const { left, at } = buckets.get(address) ?? { left: burst, at: now };
    const filled = Math.min(burst, left + ((now - at) / 1000) * perSecond);
    if (filled < 1) throw new RequestError(429, `requests: expected at most ${perSecond} a second, got more.`, 1);
    // Set anew, so that the first key is the address that was quiet for longest.
    buckets.delete(address);
    buckets.set(address, { left: filled - 1, at: now });
    if (buckets.size > MAX_ADDRESSES) buckets.delete(buckets.keys().next().value!);
    await next();
  };
}
