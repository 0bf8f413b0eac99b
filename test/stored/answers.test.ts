import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRemote } from '#src/server/remote.js';
import { serveTiny } from '../server/tiny-run.js';
import { install, LOSSES, recorded } from './fixture.ts';
import { broken, type Contract } from './openapi.ts';
import { expectParted, type Grouped } from './parted.ts';
import { expectStillSaid } from './still-said.ts';

/** A request to the service of 0.1, with a picture or JSON as its body, and what was answered. */
interface Asked {
  readonly path: string;
  readonly picture?: string;
  readonly body?: unknown;
  readonly answer: unknown;
}

const root = install();
const { openapi, requests } = recorded<{ readonly openapi: Contract; readonly requests: readonly Asked[] }>(
  'answers.json',
);
let server: Awaited<ReturnType<typeof serveTiny>>;

beforeAll(async () => {
  const runPath = join(root, 'runs', 'batch');
  // The service was asked before there was an index.
  await rm(join(runPath, 'index'), { recursive: true });
  server = await serveTiny({ runPath }, await openRemote(runPath, { threads: 1 }));
});
afterAll(() => server.close());

async function ask({ path, picture, body }: Omit<Asked, 'answer'>): Promise<unknown> {
  const bytes = picture === undefined ? undefined : await readFile(join(root, 'pictures', picture));
  const json = body === undefined ? undefined : JSON.stringify(body);
  const sent = bytes ?? json;
  const headers = json === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(
    `${server.url}/api/${path}`,
    sent === undefined ? {} : { method: 'POST', body: sent, headers },
  );
  return response.json();
}

it.each(requests)('serves a run of version 0.1 with the answers that gave: $path', async ({ answer, ...request }) => {
  const now = await ask(request);
  if (request.path.startsWith('duplicates')) expectParted(now as Grouped, answer as Grouped);
  else expectStillSaid(now, answer);
});

it('promises all that the document of version 0.1 did, and asks for no more', async () => {
  const now: Contract = await (await fetch(`${server.url}/openapi.json`)).json();
  expect(Object.keys(openapi.paths).length).toBeGreaterThan(10);
  // It said `image/*` where only these formats were read, and did not say that a form needs its file.
  const said = ['search', 'embed'].flatMap((path) => [
    `post /api/${path}: image/*`,
    `post /api/${path}: multipart/form-data.picture is not always there`,
  ]);
  expect(broken(now, openapi)).toEqual(said);
});

it.each(LOSSES)('serves a run of version 0.1 with the loss %s', async (loss) => {
  const service = await openRemote(join(root, 'runs', loss), { threads: 1 });
  try {
    expect(await service.run()).toMatchObject({ state: 'stopped', numPictures: 24, settings: { loss } });
  } finally {
    await service.close();
  }
});
