/** @file What a client has, and what it would rather have: the headers If-None-Match, Accept and Accept-Encoding. */
import { parseAccept } from 'hono/utils/accept';
import type { RequestContext } from './context.js';

/**
 * Whether a client has the representation already (RFC 9110, 13.1.2: weak comparison, in a list).
 *
 * @param ifNoneMatch the header
 * @param tag of the representation, with its quotes
 */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ((ifNoneMatch.match(/"[^"]*"/g) ?? []) as string[]).includes(tag.replace(/^W\//, ''));
}

/** Tags an answer of pixels that a browser may keep. @returns whether it has that one */
export function isKept(c: RequestContext, tag: string): boolean {
  // Rows mean other pictures in another run on the same port, so browsers must ask whether theirs is still right.
  c.header('Cache-Control', 'private, no-cache');
  c.header('ETag', tag);
  return isKnown(c.req.header('if-none-match'), tag);
}

/** Whether a client names another type than the usual one, and wants it no less. */
export function prefers(accept: string | undefined, type: string, usual = 'application/json'): boolean {
  const wanted = parseAccept(accept ?? '');
  const weightOf = (name: string): number => wanted.find((each) => each.type.toLowerCase() === name)?.q ?? 0;
  return weightOf(type) > 0 && weightOf(type) >= weightOf(usual);
}

/**
 * The encoding that a client likes best.
 *
 * @param encodings the ones there are, the best first
 * @returns undefined for none
 */
export function bestEncoding<T extends string>(
  acceptEncoding: string | undefined,
  encodings: readonly T[],
): T | undefined {
  const wanted = parseAccept(acceptEncoding ?? '');
  const weightOf = (name: string): number | undefined => wanted.find((each) => each.type.toLowerCase() === name)?.q;
  let best: T | undefined;
  // Not to be encoded is always acceptable, unless something else is said, and then as much as it says.
  let most = weightOf('identity') ?? 0;
  for (const encoding of encodings) {
    const weight = weightOf(encoding) ?? weightOf('*') ?? 0;
    if (weight > most || (weight === most && weight > 0 && best === undefined)) {
      best = encoding;
      most = weight;
    }
  }
  return best;
}
