import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { openRemote } from '#src/server/remote.js';
import { tempFolder } from '../cli/cli.js';
import { brokenPictures, malformed } from './malformed.js';
import { sendRaw } from './raw-http.js';
import { copyTiny, serveTiny } from './tiny-run.js';

const NUM_REQUESTS = 1000;
const AT_ONCE = 8;
const root = tempFolder();
const faults: unknown[] = [];
let pictures: Uint8Array[];
let server: Awaited<ReturnType<typeof serveTiny>>;

beforeAll(async () => {
  const tiny = await copyTiny(root);
  const onError = (error: unknown): void => void faults.push(error);
  server = await serveTiny(tiny, await openRemote(tiny.runPath, { threads: 1 }, onError), { onError });
});
afterAll(() => server.close());

/** @returns how the requests begin that got each status */
async function fuzz(count: number, random: Random): Promise<Map<number, string[]>> {
  const byStatus = new Map<number, string[]>();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent++ < count) {
      const { bytes, isCut } = malformed(random, server.port, pictures);
      const status = await sendRaw(server.port, bytes, isCut);
      // Who hangs up first may hear nothing.
      if (status === 0 && isCut) continue;
      byStatus.set(status, [...(byStatus.get(status) ?? []), bytes.toString('latin1', 0, 200)]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return byStatus;
}

describe('a thousand malformed requests', () => {
  it('get an answer each that says what is wrong with them, and leave no trace', async () => {
    const random = new Random(1, 'sample');
    pictures = await brokenPictures(random);
    await fuzz(200, random);
    const before = process.memoryUsage().rss;
    const byStatus = await fuzz(NUM_REQUESTS, random);
    const growth = process.memoryUsage().rss - before;

    const failed = Array.from(byStatus).filter(([status]) => status <= 0 || status >= 500);
    expect(failed).toEqual([]);
    expect(faults).toEqual([]);
    // A sample of what must have been refused, and for what reason.
    for (const status of [400, 403, 404, 405, 413, 414, 415, 422, 431]) expect(byStatus.keys()).toContain(status);
    expect(growth).toBeLessThan(64e6);
    expect((await fetch(`${server.url}/api/pictures/0/neighbours`)).status).toBe(200);
  });
});
