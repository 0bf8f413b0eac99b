/** @file What a request's body carries: JSON, or a picture. */
import type { MiddlewareHandler } from 'hono';
import type { Intake } from './intake.js';
import { RequestError } from './problem.js';

/** JSON is parsed and checked by the thread that answers all others: a third of a second for so much. */
const MAX_JSON_BYTES = 8 * 2 ** 20;

/** For routes with JSON, which is read as one: takes it in first. */
export function jsonBody(intake: Intake): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== 'POST') return next();
    const type = c.req.header('content-type') ?? 'nothing';
    if (!/^application\/json\b/i.test(type)) {
      throw new RequestError(415, `Content-Type: expected application/json, got ${type}.`);
    }
    const { url, method, headers, signal } = c.req.raw;
    const read = (body: Uint8Array<ArrayBuffer>): Promise<void> => {
      c.req.raw = new Request(url, { method, headers, body, signal });
      return next();
    };
    await intake.take(c.req.raw, read, MAX_JSON_BYTES);
  };
}

/**
 * The picture that a body is, or that is in a form: its file `picture`, or else the first file.
 *
 * @param type the request's Content-Type
 * @throws {RequestError} if there is none
 */
export async function pictureOf(body: Uint8Array<ArrayBuffer>, type = ''): Promise<Uint8Array> {
  if (!type.toLowerCase().startsWith('multipart/form-data')) return body;
  const form = await readForm(body, type);
  for (const value of [...form.getAll('picture'), ...form.values()]) {
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  }
  throw new RequestError(400, 'form: expected a file in it, got none.');
}

async function readForm(body: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'Content-Type': type } }).formData();
  } catch (error) {
    throw new RequestError(400, `form: expected multipart/form-data, got: ${(error as Error).message}`);
  }
}
