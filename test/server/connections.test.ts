import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type ConnectionLimits, Connections } from '#src/server/connections.js';

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function serve(limits: Partial<ConnectionLimits>, answer: RequestListener): Promise<() => Promise<Socket>> {
  const server = createServer(answer);
  new Connections(server, { max: 10, maxUntaken: 1e9, patienceMs: 1e6, ...limits });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(() => server.close());
  return async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    ended.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
it('a connection that is one too many takes the place of the one that is idle for longest', async () => {
  const open = await serve({ max: 3 }, (_, response) => void response.end('hello'));
  const [first, second, third] = [await open(), await open(), await open()];
  first.write(GET);
  await once(first, 'data');
  second.write('GET / HTT');
  const last = await open();
  last.write(GET);
  expect(String(await once(last, 'data'))).toContain('200 OK');
  const all = [first, second, third, last];
  for (const socket of all) socket.resume();
  await expect.poll(() => all.map(({ closed }) => closed)).toEqual([false, true, false, false]);
});

it.each([
  ['for long', { patienceMs: -1e7 }, true],
  ['and is too large', { maxUntaken: 1e6 }, true],
  ['for a while', {}, false],
])('an answer that its client does not take %s', async (_, limits, isLetGo) => {
  let isGone = false;
  const open = await serve(limits, (_request, response) => {
    response.on('close', () => {
      isGone = true;
    });
    response.end(Buffer.alloc(64e6));
  });
  const socket = await open();
  socket.pause();
  socket.write(GET);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(isGone).toBe(isLetGo);
});
