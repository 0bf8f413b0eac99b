/** @file Numbers of things that callers ask for. */
import { ArgumentError } from './errors.js';

/** @throws {ArgumentError} if `value` is no integer of at least 1 */
export function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ArgumentError(`${name}: expected a positive integer, got ${value}.`);
}
