import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { listen, type RunningServer, type ServerOptions } from '#src/server/listen.js';
import type { Service } from '#src/server/run-service.js';
import { tempFolder } from '../cli/cli.js';
import { sendRaw } from './raw-http.js';

const root = tempFolder();
let server: RunningServer | undefined;
let isServiceClosed = false;

afterEach(() => server?.close());

async function start(service: Partial<Service> = {}, options: Partial<ServerOptions> = {}): Promise<string> {
  isServiceClosed = false;
  const close = async (): Promise<void> => {
    isServiceClosed = true;
  };
  const whole = { run: async () => ({ name: 'run' }), ...service, close } as unknown as Service;
  server = await listen(root, whole, { port: 0, page: join(root, 'none'), version: '0', ...options });
  return `http://127.0.0.1:${server.port}`;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('closing', () => {
  it('lets answers under way finish, and takes no more requests', async () => {
    const answer = new EventEmitter();
    const url = await start({
      embed: async () => {
        answer.emit('asked for');
        const [features] = await once(answer, 'ready');
        return features;
      },
    });
    const asked = once(answer, 'asked for');
    const under = fetch(`${url}/api/embed`, { method: 'POST', body: 'x' });
    await asked;
    const closing = server!.close();
    await expect(fetch(`${url}/api/run`)).rejects.toThrow();
    expect(isServiceClosed).toBe(false);
    answer.emit('ready', Float32Array.of(1));
    expect(await (await under).json()).toEqual({ dim: 1, features: [1] });
    await closing;
    expect(isServiceClosed).toBe(true);
  });

  it('does not wait for connections on which nothing is asked', async () => {
    const url = await start();
    await (await fetch(`${url}/api/run`)).text();
    const idle = connect(server!.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const begun = performance.now();
    await server!.close();
    expect(performance.now() - begun).toBeLessThan(2000);
    idle.destroy();
  });
});

describe('clients', () => {
  it('that are too slow are let go with 408', async () => {
    await start({}, { headersMs: 300, requestMs: 600 });
    expect(await sendRaw(server!.port, 'GET / HTTP/1.1\r\nHost: x')).toBe(408);
    const host = `Host: 127.0.0.1:${server!.port}`;
    const half = `POST /api/embed HTTP/1.1\r\n${host}\r\nContent-Length: 100\r\n\r\nx`;
    expect(await sendRaw(server!.port, half)).toBe(408);
    expect((await fetch(`http://127.0.0.1:${server!.port}/api/run`)).status).toBe(200);
  });

  it("that send a byte now and then are nobody else's delay", async () => {
    const url = await start({ embed: async () => Float32Array.of(1) });
    const head = `POST /api/embed HTTP/1.1\r\nHost: 127.0.0.1:${server!.port}\r\nContent-Length: 60\r\n\r\nx`;
    const slow = Array.from({ length: 130 }, () => connect(server!.port, '127.0.0.1').on('error', () => undefined));
    for (const socket of slow) socket.write(head);
    await sleep(300);
    const begun = performance.now();
    const response = await fetch(`${url}/api/embed`, { method: 'POST', body: 'x' });
    expect(await response.json()).toEqual({ dim: 1, features: [1] });
    expect(performance.now() - begun).toBeLessThan(2000);
    for (const socket of slow) socket.destroy();
  });

  it('that speak no HTTP, or too much of it, are told so', async () => {
    await start();
    const { port } = server!;
    const host = `Host: 127.0.0.1:${port}`;
    expect(await sendRaw(port, 'hello\r\n\r\n')).toBe(400);
    expect(await sendRaw(port, `GET / HTTP/1.1\r\n${host}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toBe(431);
    expect(await sendRaw(port, `GET /${'a'.repeat(5000)} HTTP/1.1\r\n${host}\r\n\r\n`)).toBe(414);
    for (const method of ['TRACE', 'PROPFIND', 'PUT']) {
      expect(await sendRaw(port, `${method} /api/run HTTP/1.1\r\n${host}\r\n\r\n`)).toBe(405);
    }
    expect(await sendRaw(port, `CONNECT x:1 HTTP/1.1\r\n${host}\r\n\r\n`)).toBe(405);
    expect(await sendRaw(port, 'GET / HTTP/1.1\r\n\r\n')).toBe(400);
    expect(await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n')).toBe(400);
  });

  it('that go away are no fault of the server', async () => {
    const faults: unknown[] = [];
    const url = await start({ embed: async () => Float32Array.of(1) }, { onError: (error) => faults.push(error) });
    for (let i = 0; i < 20; i++) {
      const gone = new AbortController();
      const stream = new ReadableStream({
        pull: (controller) => sleep(1).then(() => controller.enqueue(new Uint8Array(1000))),
      });
      const init = { method: 'POST', body: stream, duplex: 'half', signal: gone.signal } as RequestInit;
      const asked = fetch(`${url}/api/embed`, init).catch(() => undefined);
      await sleep(5);
      gone.abort();
      await asked;
    }
    expect(faults).toEqual([]);
  });
});

it('says what is wrong with an address that is taken', async () => {
  await start();
  const again = listen(root, {} as Service, { port: server!.port, page: root, version: '0' });
  await expect(again).rejects.toThrow(ArgumentError);
  await expect(again).rejects.toThrow(/expected a port that is free, got one in use/);
});
