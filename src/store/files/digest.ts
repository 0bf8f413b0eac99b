/** @file What a file's bytes are known by, so that one that is not as it was written is told from one that is. */

import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Digests bytes that come in pieces, as they go by. */
export class Digest {
  readonly #hash = createHash('sha256');

  add(bytes: Uint8Array): Uint8Array {
    this.#hash.update(bytes);
    return bytes;
  }

  /** Of all that was added; to be asked once. */
  get hex(): string {
    return this.#hash.digest('hex');
  }
}
