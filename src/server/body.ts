/** @file Reads a request's body, up to a limit. */
import type { MiddlewareHandler } from 'hono';
import { RequestError } from './problem.js';

/** @throws {RequestError} 413, as soon as there are more than `maxBytes` */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): RequestError =>
    new RequestError(413, `body: expected at most ${maxBytes} bytes, got more. Send a smaller picture.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError(400, `body: expected it whole, got: ${(error as Error).message}`);
  }
  const body = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    body.set(chunk, end);
    end += chunk.length;
  }
  return body;
}

/** For routes with JSON, which is read as one: bounds it first. */
export function jsonBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'POST') {
      const type = c.req.header('content-type') ?? 'nothing';
      if (!/^application\/json\b/i.test(type)) {
        throw new RequestError(415, `Content-Type: expected application/json, got ${type}.`);
      }
      const { url, method, headers } = c.req.raw;
      c.req.raw = new Request(url, { method, headers, body: await readBody(c.req.raw, maxBytes) });
    }
    await next();
  };
}

/**
 * The picture that a request carries: its body, or the first file of a form.
 *
 * @throws {RequestError} if there is none, or it is too large
 */
export async function readPicture(request: Request, maxBytes: number): Promise<Uint8Array> {
  const body = await readBody(request, maxBytes);
  const type = request.headers.get('content-type') ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) return body;
  for (const value of (await readForm(body, type)).values()) {
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
