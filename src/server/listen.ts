/** @file The HTTP server around the application: its limits of time and size, and its orderly end. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ArgumentError } from '../core/errors.js';
import { SystemError, withPath } from '../core/system-errors.js';
import { createApp } from './app.js';
import { Connections } from './connections.js';
import { DESKTOP } from './desktop.js';
import { Gate } from './gate.js';
import { AllowedHosts, isLoopback } from './hosts.js';
import { Intake, MIN_BYTES_PER_SECOND } from './intake.js';
import { METHODS } from './methods.js';
import { problem, RequestError } from './problem.js';
import { DEFAULT_RATE, type Rate } from './rate.js';
import type { Service } from './run-service.js';
import { Thumbnails } from './thumbnails.js';

/** What is searched at once is searched together, so more open places than processors pay. */
const GATE = { open: 32, waiting: 96 };
const MAX_URL = 4096;
const MAX_HEADER_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 10_000;
/** Nothing was sent or taken for so long. The longest answers are computed in less. */
const IDLE_MS = 600_000;
const MAX_CONNECTIONS = 512;
const MAX_UNTAKEN_BYTES = 256e6;
const READER_PATIENCE_MS = 30_000;
/** Answers under way when the server is to end have this long. */
const CLOSING_MS = 5000;

export interface ServerOptions {
  /** Address to bind to; default 127.0.0.1. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly token?: string;
  /** Further values of Host that are taken. */
  readonly allowHosts?: readonly string[];
  readonly rate?: Rate;
  /** A client that takes longer to send its headers is let go; default 10 s. */
  readonly headersMs?: number;
  /** In each such stretch of time a body must come to its end, or bring 16 KiB a second; default 10 s. */
  readonly requestMs?: number;
  /** Most bytes of a body; default 32 MiB. */
  readonly maxBytes?: number;
  /** The folder of the built page. */
  readonly page: string;
  readonly version: string;
  readonly onError?: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no more requests, lets those under way finish and ends streams. Closes the service, too. */
  close(): Promise<void>;
}

/**
 * Serves a run until it is closed.
 *
 * @throws {ArgumentError} if the address cannot be bound to
 */
export async function listen(runPath: string, service: Service, options: ServerOptions): Promise<RunningServer> {
  const {
    host = '127.0.0.1',
    allowHosts,
    token,
    rate = DEFAULT_RATE,
    maxBytes = 32 * 2 ** 20,
    requestMs = 10_000,
    page,
    version,
  } = options;
  const closing = new AbortController();
  const thumbnails = new Thumbnails(runPath, options.onError);
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: options.headersMs ?? 10_000,
    // Bodies that are read have deadlines by their size; this is for those that nobody reads.
    requestTimeout: requestMs + (1000 * maxBytes) / MIN_BYTES_PER_SECOND,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1000,
  });
  server.timeout = IDLE_MS;
  const connections = new Connections(server, {
    max: MAX_CONNECTIONS,
    maxUntaken: MAX_UNTAKEN_BYTES,
    patienceMs: READER_PATIENCE_MS,
  });
  const port = await bind(server, host, options.port);
  const app = createApp(
    {
      runPath,
      service,
      thumbnails,
      // Whoever is let in by another name may sit elsewhere, behind a proxy.
      desktop: isLoopback(host) && !allowHosts?.length ? DESKTOP : undefined,
      intake: new Intake({ maxBytes, patienceMs: requestMs }),
      gate: new Gate(GATE),
      closing: closing.signal,
    },
    {
      allowed: new AllowedHosts(host, port, allowHosts),
      port,
      ...(token !== undefined && { token }),
      rate,
      page,
      version,
      onError: options.onError ?? (() => undefined),
    },
  );
  const answer = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => problem(new RequestError(400, `request: ${(error as Error).message}.`)),
  });
  server.on('request', (request, response) => {
    const refusal = refusalOf(request.url ?? '');
    if (refusal !== undefined) response.shouldKeepAlive = false;
    if (refusal === undefined) void answer(request, response);
    else send(response, refusal);
  });
  server.on('connect', (_, socket) =>
    endWith(socket as Socket, new RequestError(405, `CONNECT: expected ${METHODS.join(', ')}.`)),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => endWith(socket as Socket, clientError(error)));
  return {
    port,
    async close() {
      closing.abort();
      await closed(server, connections);
      thumbnails.close();
      await service.close();
    },
  };
}

/** @returns the port */
function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const told = withPath(error, `${host}:${port}`);
      reject(told instanceof SystemError ? new ArgumentError(told.message, { cause: error }) : error);
    });
    server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => resolve((server.address() as AddressInfo).port));
  });
}

/** What need not reach the application. */
function refusalOf(url: string): RequestError | undefined {
  if (url.length > MAX_URL) return new RequestError(414, `URL: expected at most ${MAX_URL} bytes, got ${url.length}.`);
  return undefined;
}

/** What was sent is not HTTP, too long, or too slow. */
function clientError({ code, message }: NodeJS.ErrnoException): RequestError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new RequestError(431, `headers: expected at most ${MAX_HEADER_BYTES} bytes, got more.`);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestError(408, 'request: expected it sooner.');
  return new RequestError(400, `request: expected HTTP, got: ${message}.`);
}

function send(response: ServerResponse, error: RequestError): void {
  const { status, headers } = problem(error);
  response.writeHead(status, { ...Object.fromEntries(headers), Connection: 'close' });
  response.end(JSON.stringify({ error: error.message }));
}

/** Answers where there is no request to answer to. */
function endWith(socket: Socket, error: RequestError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: error.message });
  const head = [
    `HTTP/1.1 ${error.status} Refused`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(error.status === 405 ? [`Allow: ${METHODS.join(', ')}`] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Waits until what is under way is answered; ends what is not, or takes too long. */
async function closed(server: Server, connections: Connections): Promise<void> {
  const all = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.endIdle();
  const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
  await all;
  clearTimeout(late);
}
