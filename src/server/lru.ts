/** @file Keeps what was used last, up to a number of bytes. */
export class Lru {
  readonly #maxBytes: number;
  // A Map keeps the order in which keys were set, so the first is the one unused for longest.
  readonly #entries = new Map<string, Uint8Array>();
  #numBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Uint8Array | undefined {
    const bytes = this.#entries.get(key);
    if (bytes === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, bytes);
    return bytes;
  }

  set(key: string, bytes: Uint8Array): void {
    this.#numBytes += bytes.length - (this.#entries.get(key)?.length ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, bytes);
    for (const [oldest, { length }] of this.#entries) {
      if (this.#numBytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#numBytes -= length;
    }
  }
}
