/**
 * @file Stops whatever works with files before the n-th operation, for good, as `kill -9` does: what comes after it is never
 * done. The disk is as it would be after a kill; the test goes on.
 */
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const NAMES = ['link', 'rename', 'rm', 'mkdir', 'open', 'copyFile', 'writeFile', 'utimes', 'chmod', 'chown'] as const;
const functions = promises as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;

export interface Dying {
  /** Operations until the end. */
  readonly after: number;
  /** Whether links go nowhere, as on a disk that knows none. */
  readonly hasNoLinks?: boolean;
}

/**
 * Does something until it dies, or is done.
 *
 * @returns whether it was done
 */
export async function until({ after, hasNoLinks = false }: Dying, work: () => Promise<unknown>): Promise<boolean> {
  const earlier = new Map(NAMES.map((name) => [name, functions[name]!]));
  let numLeft = after;
  let end: () => void = () => undefined;
  const died = new Promise<false>((fulfil) => {
    end = () => fulfil(false);
  });
  for (const [name, own] of earlier) {
    functions[name] = async (...args) => {
      if (numLeft-- <= 0) {
        end();
        return new Promise(() => undefined);
      }
      if (name === 'link' && hasNoLinks) throw Object.assign(new Error('no links'), { code: 'EPERM' });
      return own(...args);
    };
  }
  syncBuiltinESMExports();
  try {
    return await Promise.race([work().then(() => true), died]);
  } finally {
    for (const [name, own] of earlier) functions[name] = own;
    syncBuiltinESMExports();
  }
}
