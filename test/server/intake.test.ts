import { describe, expect, it } from 'vitest';
import { Intake } from '#src/server/intake.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A request whose body is sent by hand. */
function byHand(): { request: Request; send: (length: number) => void; end: () => void } {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
  });
  const request = new Request('http://x/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  return { request, send: (n) => controller.enqueue(new Uint8Array(n).fill(7)), end: () => controller.close() };
}

const length = async (body: Uint8Array): Promise<number> => body.length;

describe('Intake', () => {
  it('gives a body as it was sent, and none as nothing', async () => {
    const intake = new Intake({ maxBytes: 100 });
    const { request, send, end } = byHand();
    const taken = intake.take(request, async (body) => Array.from(body));
    for (const n of [1, 2]) send(n);
    end();
    expect(await taken).toEqual([7, 7, 7]);
    expect(await intake.take(new Request('http://x/', { method: 'POST' }), length)).toBe(0);
  });

  it('lets a body go that neither ends nor flows, however much of it was there at first', async () => {
    const intake = new Intake({ maxBytes: 1e6, patienceMs: 100 });
    const { request, send } = byHand();
    const taken = intake.take(request, length);
    send(500_000);
    const trickle = setInterval(() => send(1), 20);
    await expect(taken).rejects.toMatchObject({ status: 408, message: expect.stringContaining('within 0.1 s') });
    clearInterval(trickle);
  });

  it('reads on for as long as a body flows', async () => {
    const intake = new Intake({ maxBytes: 1e6, patienceMs: 250 });
    const { request, send, end } = byHand();
    const taken = intake.take(request, length);
    for (let i = 0; i < 25; i++) {
      send(4000);
      await sleep(20);
    }
    end();
    expect(await taken).toBe(100_000);
  });

  it('keeps what is worked on in the budget, and refuses what is over it at once', async () => {
    const intake = new Intake({ maxBytes: 100, budget: 100 });
    const request = (): Request => new Request('http://x/', { method: 'POST', body: new Uint8Array(60) });
    let finish: () => void = () => undefined;
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = intake.take(request(), () => working);
    await sleep(10);
    await expect(intake.take(request(), length)).rejects.toMatchObject({ status: 429, retryAfter: 2 });
    finish();
    await first;
    expect(await intake.take(request(), length)).toBe(60);
  });

  it.each([
    ['bytes', { budget: 100 }],
    ['bodies', { maxBodies: 1 }],
  ])('has the slowest make room where there are too many %s', async (_, limit) => {
    const intake = new Intake({ maxBytes: 100, ...limit });
    const slow = byHand();
    const taken = intake.take(slow.request, length);
    slow.send(60);
    const quick = (): Promise<number> =>
      intake.take(new Request('http://x/', { method: 'POST', body: new Uint8Array(60) }), length);
    await sleep(20);
    await expect(quick()).rejects.toMatchObject({ status: 429 });
    await sleep(1100);
    const refused = expect(taken).rejects.toMatchObject({ status: 408 });
    expect(await quick()).toBe(60);
    await refused;
    expect(await quick()).toBe(60);
  });
});
