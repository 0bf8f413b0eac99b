/** @file Whether an answer says all that an earlier version's said; it may say more. */
import { expect } from 'vitest';
import { TOLERANCES } from '../tolerances.js';

/** Durations, and pictures as libvips of that day wrote them: there, but of another value each time. */
const VARYING = new Set(['ms', 'encode', 'search', 'seconds', 'image']);

/**
 * Expects every field of `then`, with the value it had: numbers as near as another processor rounds.
 *
 * @param path names what differs
 */
export function expectStillSaid(now: unknown, then: unknown, path = 'answer'): void {
  expect(typeof now, path).toBe(typeof then);
  if (then === null || typeof then !== 'object') {
    expectSameValue(now, then, path);
    return;
  }
  expect(Array.isArray(now), path).toBe(Array.isArray(then));
  if (Array.isArray(then)) expect(now, path).toHaveLength(then.length);
  for (const [name, value] of Object.entries(then)) {
    const field = (now as Readonly<Record<string, unknown>>)[name];
    if (!VARYING.has(name)) expectStillSaid(field, value, `${path}.${name}`);
    else expect(typeof field, `${path}.${name}`).toBe(typeof value);
  }
}

function expectSameValue(now: unknown, then: unknown, path: string): void {
  if (typeof then !== 'number' || Number.isInteger(then)) expect(now, path).toEqual(then);
  else
    expect(Math.abs((now as number) - then), path).toBeLessThan(
      TOLERANCES.float32.resumed * Math.max(1, Math.abs(then)),
    );
}
