/** @file Sends bytes that need not be HTTP, and says what came back. */
import { connect } from 'node:net';

/**
 * Writes to a new connection and waits for the first line of an answer.
 *
 * @param hangsUp whether to end the connection as soon as everything is written
 * @returns the status; 0 if the connection was closed without an answer; −1 if nothing came in time
 */
export function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  hangsUp = false,
  timeoutMs = 10_000,
): Promise<number> {
  return new Promise((fulfil) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    const done = (status: number): void => {
      clearTimeout(timer);
      socket.destroy();
      fulfil(status);
    };
    const timer = setTimeout(() => done(-1), timeoutMs);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      // 100 Continue is no answer yet.
      const status = /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 ([2-5]\d\d)/.exec(answer)?.[1];
      if (status !== undefined) done(Number(status));
    });
    socket.on('end', () => done(0)).on('error', () => done(0));
    if (hangsUp) socket.end(bytes);
    else socket.write(bytes);
  });
}
