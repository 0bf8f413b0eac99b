/**
 * @file Decodes files that may be hostile or huge, where they hold up nobody.
 *
 * In the server's process, pictures share a pool of four threads with the files of the page, and nothing stops a
 * decoder that has begun. So they are decoded in processes of their own: those that take little several at once, those
 * that take much in another, one at a time, after a short queue, and at low priority.
 */
import type { Rgb } from '../../data/picture.js';
import { revive } from '../failure.js';
import { RequestError } from '../problem.js';
import type { Outcome, Task } from './decoding-protocol.js';
import { Lane } from './lane.js';

/** A PNG of ten million pixels, a photograph of 32 million: some tenths of a second. */
const LIGHT_BYTES = 64e6;
const LIGHT_MS = 10_000;
/** The process has four threads; with as many files again at hand none of them waits for its next. */
const LIGHT_AT_ONCE = 8;
const LIGHT_THREADS = 4;
const HEAVY_MS = 20_000;
const LOW_PRIORITY = 10;
/** Node with sharp takes less than a hundred megabytes, and a file comes in several copies. */
const BASE_BYTES = 500e6;

export interface DecoderOptions {
  /** Bytes that one picture may take; one that takes more is given up. */
  readonly maxBytes: number;
  /** Pictures that take much and wait for their turn; one more is refused. Default any number. */
  readonly maxWaiting?: number;
}

export class Decoder {
  readonly #light: Lane;
  readonly #heavy: Lane;
  readonly #maxWaiting: number;

  constructor({ maxBytes, maxWaiting = Number.POSITIVE_INFINITY }: DecoderOptions) {
    this.#maxWaiting = maxWaiting;
    this.#light = new Lane({
      atOnce: LIGHT_AT_ONCE,
      maxBytes: LIGHT_BYTES,
      memory: BASE_BYTES + LIGHT_THREADS * LIGHT_BYTES,
      deadlineMs: LIGHT_MS,
      niceness: 0,
    });
    this.#heavy = new Lane({
      atOnce: 1,
      maxBytes,
      memory: BASE_BYTES + maxBytes,
      deadlineMs: HEAVY_MS,
      niceness: LOW_PRIORITY,
    });
  }

  /**
   * The pixels of a file that a client sent, to the bit as a training would have them.
   *
   * @param shortSide see decodePicture
   * @throws {RequestError} if the bytes are no picture, a damaged or a too large one, or too many large ones wait
   */
  async decode(bytes: Uint8Array, shortSide: number): Promise<Rgb> {
    return (await this.#perform({ kind: 'upload', bytes, shortSide })) as Rgb;
  }

  /**
   * A WebP file, `size` pixels long at most.
   *
   * @throws {RequestError} as `decode` does, or if there is no file
   */
  async thumbnail(path: string, size: number): Promise<Uint8Array> {
    return (await this.#perform({ kind: 'thumbnail', path, size })) as Uint8Array;
  }

  close(): void {
    this.#light.close();
    this.#heavy.close();
  }

  async #perform(task: Task): Promise<Outcome['value']> {
    let outcome = await this.#light.run(task);
    // What the process ended over may have been another's fault, so it is tried once more, alone.
    if (outcome === undefined || outcome.isHeavy) {
      if (outcome?.isHeavy && this.#heavy.numWaiting >= this.#maxWaiting) {
        throw new RequestError(429, 'picture: expected fewer large ones at once. Try again, or send a smaller one.', 5);
      }
      outcome = await this.#heavy.run(task);
    }
    if (outcome === undefined || outcome.isHeavy) {
      throw new RequestError(
        422,
        `picture: expected one that is decoded in ${HEAVY_MS / 1000} s, got one that takes more.`,
      );
    }
    if (outcome.failure !== undefined) throw revive(outcome.failure);
    return outcome.value;
  }
}
