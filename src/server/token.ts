/**
 * @file The token that the API asks for where others can reach the server.
 *
 * Programs send `Authorization: Bearer TOKEN`. A browser is given the token once, in the URL that the command prints
 * (`/?token=TOKEN`): the answer puts it into a cookie that scripts cannot read, and sends the browser on to the page
 * without it. The page itself is no secret and needs none, nor does it have to know of all this: its requests,
 * pictures and event streams carry the cookie by themselves.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { RequestError } from './problem.js';

/** @param port of the server: browsers send a cookie to every port of a host */
export function authorize(
  token: string,
  port: number,
): { readonly enter: MiddlewareHandler; readonly api: MiddlewareHandler } {
  const cookie = `instdisc-${port}`;
  return {
    /** For the page. */
    enter: async (c, next) => {
      const given = c.req.query('token');
      if (given === undefined) return next();
      if (!isEqual(given, token)) throw new RequestError(401, 'token: expected that of this server, got another.');
      setCookie(c, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return c.redirect('/', 303);
    },
    /** For everything that answers about the run. */
    api: async (c, next) => {
      const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
      const given = bearer ?? getCookie(c, cookie);
      if (given === undefined || !isEqual(given, token)) {
        throw new RequestError(
          401,
          `token: expected that of this server, got ${given === undefined ? 'none' : 'another'}. Open the URL it printed.`,
        );
      }
      await next();
    },
  };
}

/** Takes as long for any two tokens. */
function isEqual(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
