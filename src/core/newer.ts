/** @file What a later version of this package has written, in a form that this one does not know. */
import { RunError } from './errors.js';

/**
 * Refuses a form that is not known yet, rather than guess at it.
 *
 * @param name of the file, or what is in it
 * @param stored what was read, with `version` if it is whole
 * @param newest the version of the form that this package writes
 * @throws {RunError} if it is of a later one
 */
export function refuseNewer(name: string, stored: unknown, newest: number): void {
  const { version } = (stored ?? {}) as { readonly version?: unknown };
  if (typeof version !== 'number' || version <= newest) return;
  throw new RunError(
    `${name}: expected version ${newest} or an earlier one, got ${version}: a newer instdisc has written it. Open it with that one.`,
  );
}
