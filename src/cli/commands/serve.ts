/** @file `instdisc serve`. */
import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { ArgumentError, InstDiscError } from '../../core/errors.js';
import { VERSION } from '../../run/version.js';
import { checkMayWatch } from '../../run/watch/watch-pictures.js';
import { bracketed, hostsOf, isLoopback } from '../../server/hosts.js';
import { listen } from '../../server/listen.js';
import { PAGE } from '../../server/page.js';
import { openRemote } from '../../server/remote.js';
import { GROUPS } from '../groups.js';
import { onInterrupt } from '../interrupt.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions } from '../options.js';
import { Output } from '../output.js';
import { watchOption, watchShown } from '../watch-shown.js';
import { shortPath } from '../words.js';

export const DEFAULT_PORT = 4747;

export interface ServeOptions extends CommonOptions, DeviceOptions {
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly allowHost: readonly string[];
  readonly watch?: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .helpGroup(GROUPS.give)
    .summary('answer over HTTP')
    .description('Answers over HTTP about the pictures of a run, also while it is being trained, and shows its page.')
    .argument('<run>', 'the run folder')
    .option('--host <address>', 'the address to listen at', '127.0.0.1')
    .option('--port <n>', 'the port, 0 for any that is free', parsePort, DEFAULT_PORT)
    .addOption(
      new Option('--token <text>', 'what clients must show (default: none on this machine, else a new one)').env(
        'INSTDISC_TOKEN',
      ),
    )
    .option(
      '--allow-host <name>',
      'another name or name:port that clients may call this server by; may be repeated',
      (name, names: readonly string[]) => [...names, name],
      [] as readonly string[],
    )
    .addOption(watchOption());
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc serve runs/pictures
  instdisc serve runs/pictures --watch
  instdisc serve runs/pictures --host 0.0.0.0 --allow-host photos.example.org
  curl --data-binary @new.jpg 'http://127.0.0.1:${DEFAULT_PORT}/api/search?k=10'

The API is described at /openapi.json. Where others can reach the server, they need the token: programs send it as
'Authorization: Bearer TOKEN', a browser opens the URL that is printed. What they send is not encrypted; put a proxy
with TLS in front of it in networks that you do not trust. Ctrl-C ends it.`,
  );
  return addCommon(command).action(run);
}

async function run(path: string, options: ServeOptions): Promise<void> {
  const output = Output.of(options);
  const { port, url, close } = await startServer(path, options, output);
  output.line(`${shortPath(path)} is served at ${url}`);
  output.line('Ctrl-C ends it.');
  output.json({ url, port });
  await interrupted();
  await close();
}

export interface Served {
  readonly port: number;
  /** For a browser, with the token if one is needed. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param output told of what goes wrong while it serves
 * @throws what `openRemote` and `listen` throw
 */
export async function startServer(path: string, options: ServeOptions, output: Output): Promise<Served> {
  // A mistake of the program comes with its stack, what a person can put right without.
  const onError = (error: unknown): void => {
    const { message, stack = message } = error as Error;
    for (const line of error instanceof InstDiscError ? [message] : stack.split('\n')) output.note(line);
  };
  const { host, allowHost } = options;
  const token = options.token ?? (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
  if (token !== undefined && !/^[\w.~-]{8,200}$/.test(token)) {
    throw new ArgumentError('--token: expected 8 to 200 letters, digits or . _ ~ -, got something else.');
  }
  const { device, threads } = options;
  if (options.watch) await checkMayWatch(path);
  const service = await openRemote(path, { ...(device && { device }), ...(threads && { threads }) }, onError);
  try {
    const { port, close } = await listen(path, service, {
      host,
      port: options.port,
      ...(token !== undefined && { token }),
      allowHosts: allowHost,
      page: PAGE,
      version: VERSION,
      onError,
    });
    const name = hostsOf(host)[0] ?? bracketed(host);
    const url = `http://${name}:${port}/${token === undefined ? '' : `?token=${token}`}`;
    if (!options.watch) return { port, url, close };
    const watcher = watchShown(path, output);
    return { port, url, close: async () => void (await Promise.all([watcher.close(), close()])) };
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** Fulfilled with the first Ctrl-C, SIGTERM or SIGHUP; a second Ctrl-C ends at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    onInterrupt(resolve);
  });
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new ArgumentError(`--port: expected an integer in [0, 65535], got '${text}'.`);
}
