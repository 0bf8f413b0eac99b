/** @file The tiny run, served to the tests of a file. */
import { afterAll, beforeAll, expect } from 'vitest';
import type { z } from 'zod';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import { openRemote } from '#src/server/remote.js';
import { serveTiny, type TinyRun } from './tiny-run.js';

/** To be asked once the tests have begun. */
export interface Served {
  readonly tiny: TinyRun;
  readonly trained: TrainedRun;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** As `answerOf`. */
  json<T extends z.ZodType>(schema: T, path: string, init?: RequestInit): Promise<z.infer<T>>;
}

/** What is answered, which must be what the schema says and nothing more. */
export async function answerOf<T extends z.ZodType>(schema: T, response: Response): Promise<z.infer<T>> {
  const body: unknown = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  expect(schema.parse(body)).toEqual(body);
  return body as z.infer<T>;
}

/** Serves what is made before the tests, until they are over. */
export function serveHere(make: () => Promise<TinyRun>): Served {
  let tiny: TinyRun;
  let trained: TrainedRun;
  let server: Awaited<ReturnType<typeof serveTiny>>;
  beforeAll(async () => {
    tiny = await make();
    trained = await openRun(tiny.runPath, { threads: 1 });
    const onError = (error: unknown): void => expect.unreachable(String(error));
    server = await serveTiny(tiny, await openRemote(tiny.runPath, { threads: 1 }, onError), { onError });
  });
  afterAll(async () => {
    await server.close();
    await trained.release();
  });
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);
  return {
    get tiny() {
      return tiny;
    },
    get trained() {
      return trained;
    },
    get,
    json: async (schema, path, init) => answerOf(schema, await get(path, init)),
  };
}
