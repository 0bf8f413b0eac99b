/** @file The explorer's built page. Its files are listed from the folder, so no path from a client reaches the disk. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { MiddlewareHandler } from 'hono';

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

/** @param folder of the built page; while it is not there, nothing is found in it */
export function servePage(folder: string): MiddlewareHandler {
  let files: ReadonlyMap<string, string> = new Map();
  return async (c, next) => {
    // Listed anew with the page, which may have been built anew.
    if (c.req.path === '/' || files.size === 0) files = await list(folder);
    const file = files.get(c.req.path === '/' ? '/index.html' : c.req.path);
    if (file === undefined || (c.req.method !== 'GET' && c.req.method !== 'HEAD')) return next();
    const content = await readFile(file);
    const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`;
    c.header('ETag', tag);
    c.header('Cache-Control', c.req.path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (c.req.header('if-none-match') === tag) return c.body(null, 304);
    return c.body(content, 200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
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
