/** @file Which connections have a request under way: at the end, the others need not be waited for. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Node counts a connection on which nothing was ever asked as a busy one, and browsers open such connections in advance.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #busy = new Set<Socket>();
  #isEnding = false;

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.#busy.add(socket);
      response.once('close', () => {
        this.#busy.delete(socket);
        if (this.#isEnding) socket.end();
      });
    });
  }

  /** Ends those that are idle now, and the others once they are. */
  endIdle(): void {
    this.#isEnding = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroy();
  }
}
