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
    if (name === 'negatives' && Array.isArray(value)) expectSameKind(field, value, `${path}.${name}`);
    else if (!VARYING.has(name)) expectStillSaid(field, value, `${path}.${name}`);
    else expect(typeof field, `${path}.${name}`).toBe(typeof value);
  }
}

/** An example that is drawn: since 0.1 by the very draws of training, so that other rows come out of the same seed. */
function expectSameKind(now: unknown, then: readonly object[], path: string): void {
  expect(now, path).toHaveLength(then.length);
  for (const one of now as readonly object[]) expect(Object.keys(one), path).toEqual(Object.keys(then[0]!));
}

function expectSameValue(now: unknown, then: unknown, path: string): void {
  if (typeof then !== 'number' || Number.isInteger(then)) expect(now, path).toEqual(then);
  else
    expect(Math.abs((now as number) - then), path).toBeLessThan(
      TOLERANCES.float32.resumed * Math.max(1, Math.abs(then)),
    );
}
