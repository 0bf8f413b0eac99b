/** @file `instdisc explore`. */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.js';
import { formatBytes, percent } from '../../core/format.js';
import { exportSite } from '../../server/export-site.js';
import { PAGE } from '../../server/page.js';
import { THUMBNAIL_SIZES, type ThumbnailSize } from '../../server/thumbnails.js';
import { GROUPS } from '../groups.js';
import { interruptible } from '../interrupt.js';
import { noteSource } from '../note-source.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions } from '../options.js';
import { Output } from '../output.js';
import { noteUndrawn } from '../undrawn.js';
import { watchOption } from '../watch-shown.js';
import { shortPath } from '../words.js';
import { DEFAULT_PORT, interrupted, parsePort, startServer } from './serve.js';

const HOST = '127.0.0.1';

interface Options extends CommonOptions, DeviceOptions {
  readonly port?: number;
  readonly open: boolean;
  readonly watch?: boolean;
  readonly export?: string;
  readonly thumbnails?: ThumbnailSize;
}

export function exploreCommand(): Command {
  const command = new Command('explore')
    .helpGroup(GROUPS.ask)
    .summary('look at what a run has learned, in the browser')
    .description(
      'Opens a page on this machine with the pictures of a run: their map, their neighbours, duplicates, labels, and the training itself, also while it goes on.',
    )
    .argument('<run>', 'the run folder')
    .option('--port <n>', `the port (default: ${DEFAULT_PORT}, or any that is free)`, parsePort)
    .option('--no-open', 'only say where the page is')
    .addOption(watchOption())
    .option('--export <folder>', 'write the page to a folder instead, to be put on any web host')
    .option('--thumbnails <pixels>', `with --export: ${THUMBNAIL_SIZES.join(', ')} (default: 256)`, parseSize);
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc explore runs/pictures
  instdisc explore runs/pictures --watch
  instdisc explore runs/pictures --no-open --port 8080
  instdisc explore runs/pictures --export site --thumbnails 128

Nobody but this machine reaches the page; see \`instdisc serve\` for that. Ctrl-C ends it. An exported page has the
map, the neighbours and the training, and searches with new pictures in the visitor's browser, where they stay. It
shows thumbnails of all pictures and their names to whoever can open it.`,
  );
  return addCommon(command).action(run);
}

function parseSize(text: string): ThumbnailSize {
  const size = THUMBNAIL_SIZES.find((each) => String(each) === text);
  if (size === undefined)
    throw new ArgumentError(`--thumbnails: expected ${THUMBNAIL_SIZES.join(', ')}, got '${text}'.`);
  return size;
}

async function run(path: string, options: Options): Promise<void> {
  const output = Output.of(options);
  if (options.export !== undefined) return exportTo(options.export, path, options, output);
  if (options.thumbnails !== undefined) {
    throw new ArgumentError('--thumbnails: expected --export beside it, got none. Say where to write the page.');
  }
  const port = options.port ?? ((await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0);
  const served = await startServer(path, { ...options, host: HOST, port, allowHost: [] }, output);
  output.line(`${shortPath(path)} is shown at ${served.url}`);
  output.line('Ctrl-C ends it.');
  output.json({ url: served.url, port: served.port });
  if (options.open) openBrowser(served.url);
  await interrupted();
  await served.close();
}

async function exportTo(out: string, path: string, options: Options, output: Output): Promise<void> {
  const { device, threads, thumbnails } = options;
  const { source, undrawn, ...weight } = await interruptible((signal) =>
    exportSite(path, out, {
      page: PAGE,
      thumbnails,
      signal,
      onDamage: ({ message }) => output.note(message),
      onProgress: (what, part) => output.live([what, percent(part, 0)]),
      onWait: (holder) => output.line(`${holder} is exporting to ${shortPath(out)}; waiting for it`),
      ...(device && { device }),
      ...(threads && { threads }),
    }),
  );
  await noteSource(output, path, source);
  noteUndrawn(output, undrawn);
  const [all, small, decoders] = [weight.numBytes, weight.thumbnailBytes, weight.decoderBytes].map((bytes) =>
    formatBytes(bytes),
  );
  const further =
    weight.decoderBytes > 0
      ? `, and decoders ${decoders}, loaded only where a HEIC or JPEG XL picture asks for them`
      : '';
  output.line(
    `Written: ${shortPath(out)}, ${all}, of which thumbnails ${small}${further}. Any web server can show it, for example:`,
  );
  output.line(`  python3 -m http.server --directory ${shortPath(out)}`);
  output.json({ out, ...weight, numUndrawn: undrawn.length });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

/** Where there is no browser to open, the address that was printed has to do. */
function openBrowser(url: string): void {
  const [command, ...args] = openerOf(url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function openerOf(url: string): readonly [string, ...string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open', url];
    case 'win32':
      return ['cmd', '/c', 'start', '', url];
    default:
      return ['xdg-open', url];
  }
}
