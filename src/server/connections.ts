/**
 * @file Which connections there are, and which have to go: those on which nothing is asked where there are too many,
 * those whose client does not take its answer, and at the end all that need not be waited for.
 */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MIN_BYTES_PER_SECOND } from './intake.js';

export interface ConnectionLimits {
  /** Connections at once; one more takes the place of the one that is idle for longest. */
  readonly max: number;
  /** Bytes of answers that clients have not taken, all together. */
  readonly maxUntaken: number;
  /** A client has so long to take an answer, besides the time for its size. */
  readonly patienceMs: number;
}

/** How often to look at answers that are not taken. */
const LOOK_MS = 1000;

interface Untaken {
  readonly since: number;
  readonly numBytes: number;
}

/**
 * Node counts a connection on which nothing was ever asked as a busy one, and browsers open such connections in advance.
 * It also waits for ever for a client that takes a byte now and then.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** In the order of their last request, or of their opening. */
  readonly #open = new Set<Socket>();
  readonly #busy = new Map<Socket, ServerResponse>();
  readonly #untaken = new Map<Socket, Untaken>();
  #isEnding = false;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on('connection', (socket) => {
      if (this.#open.size >= limits.max) (this.#oldestIdle() ?? socket).destroy();
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#untaken.delete(socket);
      });
    });
    server.on('request', ({ socket }, response) => {
      this.#busy.set(socket, response);
      response.once('close', () => {
        this.#busy.delete(socket);
        this.#untaken.delete(socket);
        if (this.#open.delete(socket)) this.#open.add(socket);
        if (this.#isEnding) socket.end();
      });
    });
    const looking = setInterval(() => this.#letSlowReadersGo(), LOOK_MS).unref();
    server.once('close', () => clearInterval(looking));
  }

  /** Ends those that are idle now, and the others once they are. */
  endIdle(): void {
    this.#isEnding = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroy();
  }

  #oldestIdle(): Socket | undefined {
    for (const socket of this.#open) if (!this.#busy.has(socket) && !socket.destroyed) return socket;
    return undefined;
  }

  #letSlowReadersGo(): void {
    const now = performance.now();
    for (const socket of this.#busy.keys()) {
      const numBytes = socket.writableLength;
      if (numBytes === 0) this.#untaken.delete(socket);
      else if (!this.#untaken.has(socket)) this.#untaken.set(socket, { since: now, numBytes });
    }
    let total = 0;
    for (const socket of this.#untaken.keys()) total += socket.writableLength;
    // A Map keeps the order in which keys were set, so the first wait for longest.
    for (const [socket, { since, numBytes }] of this.#untaken) {
      const allowedMs = this.#limits.patienceMs + (1000 * numBytes) / MIN_BYTES_PER_SECOND;
      if (now - since < allowedMs && total <= this.#limits.maxUntaken) continue;
      total -= socket.writableLength;
      socket.destroy();
    }
  }
}
