/** @file Takes in the bodies of requests: a bounded amount at once, none for ever, and who is slow never before others. */
import { RequestError } from './problem.js';

export interface IntakeOptions {
  /** Most bytes of one body. */
  readonly maxBytes: number;
  /** Most bytes of all bodies that are read or worked on; default 256 MiB. */
  readonly budget?: number;
  /** Most bodies that are read at once; default 256. */
  readonly maxBodies?: number;
  /** In each such stretch of time a body must come to its end, or bring `MIN_BYTES_PER_SECOND` of it; default 10 s. */
  readonly patienceMs?: number;
}

/** A telephone line of the nineties carried as much. */
export const MIN_BYTES_PER_SECOND = 16 * 1024;
/** A body that is read for less is not yet called slow. */
const GRACE_MS = 1000;
const RETRY_SECONDS = 2;

/** A body that is under way. */
interface Coming {
  readonly maxBytes: number;
  /** Bytes of the budget that it has. */
  numBytes: number;
  /** When the present stretch began, and the bytes there were then. */
  since: number;
  before: number;
  readonly end: (error: RequestError) => void;
}

export class Intake {
  readonly #maxBytes: number;
  readonly #budget: number;
  readonly #maxBodies: number;
  readonly #patienceMs: number;
  readonly #coming = new Set<Coming>();
  /** Of bodies that are coming, and of those that are worked on. */
  #numBytes = 0;

  constructor({ maxBytes, budget = 256 * 2 ** 20, maxBodies = 256, patienceMs = 10_000 }: IntakeOptions) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    this.#maxBodies = maxBodies;
    this.#patienceMs = patienceMs;
  }

  /**
   * Reads a body to its end, then works on it. What it takes of the budget is free again when the work is done.
   *
   * @param most bytes of this body, where it is less than of others
   * @throws {RequestError} 413 as soon as it is too large, 408 if it comes too slowly, 429 if too much else is taken in
   */
  async take<T>(
    request: Request,
    work: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
    most = this.#maxBytes,
  ): Promise<T> {
    const maxBytes = Math.min(most, this.#maxBytes);
    if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    let end: (error: RequestError) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    ended.catch(() => undefined);
    const coming: Coming = { maxBytes, numBytes: 0, since: performance.now(), before: 0, end };
    try {
      const body = await this.#read(request, coming, ended);
      return await work(body);
    } finally {
      this.#numBytes -= coming.numBytes;
    }
  }

  async #read(request: Request, coming: Coming, ended: Promise<never>): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#coming.size >= this.#maxBodies) this.#makeRoom();
    this.#coming.add(coming);
    const clock = setInterval(() => this.#check(coming), this.#patienceMs);
    const reader = request.body?.getReader();
    const chunks: Uint8Array[] = [];
    try {
      while (reader !== undefined) {
        const { done, value } = await Promise.race([reader.read(), ended]);
        if (done) break;
        this.#count(coming, value.length);
        chunks.push(value);
      }
    } catch (error) {
      reader?.cancel().catch(() => undefined);
      if (error instanceof RequestError) throw error;
      throw new RequestError(400, `body: expected it whole, got: ${(error as Error).message}`);
    } finally {
      clearInterval(clock);
      this.#coming.delete(coming);
    }
    return concatenate(chunks, coming.numBytes);
  }

  #count(coming: Coming, length: number): void {
    if (coming.numBytes + length > coming.maxBytes) throw tooLarge(coming.maxBytes);
    while (this.#numBytes + length > this.#budget) this.#makeRoom(coming);
    coming.numBytes += length;
    this.#numBytes += length;
  }

  /** At the end of a stretch. */
  #check(coming: Coming): void {
    const least = (MIN_BYTES_PER_SECOND * this.#patienceMs) / 1000;
    if (coming.numBytes - coming.before < least) {
      coming.end(
        new RequestError(408, `body: expected it within ${this.#patienceMs / 1000} s, or ${least} bytes of it.`),
      );
    }
    coming.since = performance.now();
    coming.before = coming.numBytes;
  }

  /**
   * Lets the slowest of those go that are coming for a while.
   *
   * @param newcomer who needs the room
   * @throws {RequestError} 429, if nobody else is slow
   */
  #makeRoom(newcomer?: Coming): void {
    const now = performance.now();
    let slowest: Coming | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const coming of this.#coming) {
      const ms = now - coming.since;
      const speed = (coming.numBytes - coming.before) / ms;
      if (coming === newcomer || ms < GRACE_MS || speed >= lowest) continue;
      slowest = coming;
      lowest = speed;
    }
    if (slowest === undefined) {
      throw new RequestError(429, 'body: expected fewer of them at once. Try again soon.', RETRY_SECONDS);
    }
    slowest.end(new RequestError(408, 'body: expected it sooner, as others wait. Try again.', RETRY_SECONDS));
    this.#coming.delete(slowest);
    this.#numBytes -= slowest.numBytes;
    slowest.numBytes = 0;
  }
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(413, `body: expected at most ${maxBytes} bytes, got more. Send less at once.`);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    body.set(chunk, end);
    end += chunk.length;
  }
  return body;
}
