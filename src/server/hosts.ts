/**
 * @file Which requests are meant for this server.
 *
 * A page of another site can have the browser send requests here. It cannot forge the headers Host, Origin and
 * Sec-Fetch-Site. A foreign Host means that somebody's domain name was made to point here (DNS rebinding); a foreign
 * Origin, that another site's page asks.
 */
import { networkInterfaces } from 'node:os';
import type { MiddlewareHandler } from 'hono';
import { RequestError } from './problem.js';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const EVERYWHERE = ['0.0.0.0', '::', '[::]'];

/** Whether an address is this machine's own and reached from nowhere else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(bracketed(host));
}

/** A host as it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase();
}

/** Addresses under which a server can be reached that is bound to `host`. */
export function hostsOf(host: string): string[] {
  if (!EVERYWHERE.includes(host)) return [bracketed(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => bracketed(address));
}

/** The values of Host that are taken. */
export class AllowedHosts {
  readonly #hosts: ReadonlySet<string>;
  readonly #anyPort: ReadonlySet<string>;

  /**
   * @param host what the server is bound to
   * @param extra further hosts: with a port, exactly that; without, with any
   */
  constructor(host: string, port: number, extra: readonly string[] = []) {
    const names = [...LOOPBACK, ...hostsOf(host)];
    this.#hosts = new Set([
      ...names.map((name) => `${name}:${port}`),
      ...(port === 80 ? names : []),
      ...extra.map((name) => name.toLowerCase()),
    ]);
    this.#anyPort = new Set(extra.map((name) => name.toLowerCase()));
  }

  /** @param host as in the header */
  has(host: string): boolean {
    const wanted = host.toLowerCase();
    return this.#hosts.has(wanted) || this.#anyPort.has(wanted.replace(/:\d+$/, ''));
  }

  hasOrigin(origin: string): boolean {
    const [, host] = /^https?:\/\/([^/]*)$/.exec(origin) ?? [];
    return host !== undefined && this.has(host);
  }
}

/** Refuses what was meant for another server, or comes from another site's page. */
export function onlyFrom(allowed: AllowedHosts): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!allowed.has(host)) {
      throw new RequestError(
        403,
        `Host: expected an address of this server, got '${host}'. Start it with --allow-host to allow another.`,
      );
    }
    const origin = c.req.header('origin');
    const isForeign = origin !== undefined && !allowed.hasOrigin(origin);
    // Pictures and scripts that another page embeds come without Origin. A link that is followed to the page is fine.
    const isEmbedded = c.req.header('sec-fetch-site') === 'cross-site' && c.req.header('sec-fetch-mode') !== 'navigate';
    if (isForeign || isEmbedded) {
      throw new RequestError(403, `Origin: expected this server's own page, got '${origin ?? 'another site'}'.`);
    }
    await next();
  };
}
