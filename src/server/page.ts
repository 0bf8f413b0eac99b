/** @file The explorer's built page. Its files are listed from the folder, so no path from a client reaches the disk. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip as gzipCompress } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { readingOf } from '../core/system-errors.js';
import { digestOf } from '../store/files/digest.js';
import { notAllowed } from './methods.js';
import { bestEncoding, isKnown } from './negotiation.js';
import { Once } from './once.js';

/** The folder of the explorer's built page, which `listen` serves and `exportSite` copies. */
export const PAGE = join(dirname(import.meta.dirname), 'web');

const brotli = promisify(brotliCompress);
const gzip = promisify(gzipCompress);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Vite puts the hash of their content into the names of these. */
const HASHED = '/assets/';

/** These get smaller, the best first. Quality 5 of Brotli's 11 takes a tenth of a second for ten megabytes. */
const ENCODERS = {
  br: (bytes: Buffer) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Buffer) => gzip(bytes),
} as const;
type Encoding = keyof typeof ENCODERS;
const ENCODINGS = Object.keys(ENCODERS) as Encoding[];
const COMPRESSIBLE = ['.html', '.js', '.mjs', '.css', '.json', '.svg', '.wasm', '.txt'];
/** Smaller files fit into one packet anyway. */
const MIN_BYTES = 1000;

/** A file as it was read. */
interface Loaded {
  readonly version: string;
  readonly content: Buffer;
  readonly hash: string;
  readonly encoded: ReadonlyMap<Encoding, Once<Buffer>>;
}

/** @param folder of the built page; while it is not there, nothing is found in it */
export function servePage(folder: string): MiddlewareHandler {
  let files: ReadonlyMap<string, string> = new Map();
  const kept = new Map<string, Loaded>();
  const load = async (file: string): Promise<Loaded> => {
    const { mtimeMs, size } = await stat(file);
    const version = `${mtimeMs}-${size}`;
    const before = kept.get(file);
    if (before?.version === version) return before;
    const loaded = { version, ...(await read(file)) };
    kept.set(file, loaded);
    return loaded;
  };
  return async (c, next) => {
    // Listed anew with the page, which may have been built anew.
    if (c.req.path === '/' || files.size === 0) files = await list(folder);
    const file = files.get(c.req.path === '/' ? '/index.html' : c.req.path);
    if (file === undefined) return next();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return notAllowed(c, ['GET', 'HEAD']);
    const { content, hash, encoded } = await load(file);
    const encoding = bestEncoding(c.req.header('accept-encoding'), [...encoded.keys()]);
    const tag = `"${hash}${encoding === undefined ? '' : `-${encoding}`}"`;
    c.header('ETag', tag);
    c.header('Cache-Control', c.req.path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (encoded.size > 0) c.header('Vary', 'Accept-Encoding');
    if (isKnown(c.req.header('if-none-match'), tag)) return c.body(null, 304);
    if (encoding !== undefined) c.header('Content-Encoding', encoding);
    const body = encoding === undefined ? content : await encoded.get(encoding)!.get();
    return c.body(body as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    });
  };
}

async function read(file: string): Promise<Omit<Loaded, 'version'>> {
  const content = await readingOf(file, readFile(file));
  const isCompressible = COMPRESSIBLE.includes(extname(file)) && content.length >= MIN_BYTES;
  return {
    content,
    hash: digestOf(content).slice(0, 32),
    encoded: new Map(
      (isCompressible ? ENCODINGS : []).map((encoding) => [encoding, new Once(() => ENCODERS[encoding](content))]),
    ),
  };
}

/** Files by URL path. */
async function list(folder: string): Promise<Map<string, string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(folder.length).replaceAll(sep, '/'), file]),
    );
  } catch {
    return new Map();
  }
}
