/** @file What hostile clients do to a server, again and again, until they are told to stop. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

/** Answers by status, 0 where the connection ended without one. */
export type AnswersUnderAttack = Record<number, number>;

/** @param until when to stop, by performance.now() */
export type Attack = (url: URL, until: number) => Promise<AnswersUnderAttack>;

/** Made ready first, then begun. */
export const ATTACKS: Readonly<Record<string, () => Promise<Attack>>> = {
  /** 32 connections that send one byte a second of a picture. */
  slow: async () => (url, until) => together(32, until, () => trickle(url, until)),
  /** Twelve clients with AVIFs of 2 kB: of a hundred million pixels, and of as many as a server takes. */
  bombs: async () => {
    const files = [await bomb(9990), await bomb(4990)];
    return (url, until) => together(12, until, (client) => post(url, files[client % 2]!));
  },
};

async function together(
  count: number,
  until: number,
  ask: (client: number) => Promise<number>,
): Promise<AnswersUnderAttack> {
  const answers: AnswersUnderAttack = {};
  const attack = async (client: number): Promise<void> => {
    while (performance.now() < until) {
      const status = await ask(client).catch(() => 0);
      answers[status] = (answers[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, client) => attack(client)));
  return answers;
}

/** Fulfilled with the status that the server lets it go with, or at the end. */
function trickle(url: URL, until: number): Promise<number> {
  return new Promise((resolve) => {
    let status = 0;
    const socket = connect(Number(url.port), url.hostname);
    socket.write(`POST /api/search HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000\r\n\r\n`);
    const sending = setInterval(() => {
      if (performance.now() > until) socket.destroy();
      else socket.write('x');
    }, 1000);
    socket.on('data', (answer) => {
      status = Number(String(answer).split(' ')[1]);
      socket.destroy();
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(sending);
        resolve(status);
      });
  });
}

async function post(url: URL, body: Buffer): Promise<number> {
  const response = await fetch(new URL('api/search', url), { method: 'POST', body: body as Buffer<ArrayBuffer> });
  await response.arrayBuffer();
  // A thousand refusals a second would only measure the network.
  if (!response.ok) await sleep(100);
  return response.status;
}

function bomb(side: number): Promise<Buffer> {
  const picture = sharp({ create: { width: side, height: side, channels: 3, background: '#a04020' } });
  return picture.avif({ effort: 0 }).toBuffer();
}
