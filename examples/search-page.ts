/**
 * @file Serves a web page that searches by itself: encoder and features go to the browser, the picture it is asked with
 * stays there. The page is search-page.html. Written to a folder instead, these files work from any web host.
 *
 *     node dist/examples/search-page.js runs/pictures ~/Pictures [port]
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, extname } from 'node:path';
import { embed, openRun } from 'instdisc';

const [run = '', folder = '', port = '8080'] = process.argv.slice(2);
if (folder === '') throw new Error('search-page: expected a run folder and a folder of pictures.');

const trained = await openRun(run);
const { features, dim, ids } = await embed(trained, [folder]);
await trained.release();

/** What the page asks for: the content of each path. The last two are read when they are asked for. */
const files: Readonly<Record<string, () => Promise<string | Uint8Array> | string | Uint8Array>> = {
  '/': () => readFile(new URL('../../examples/search-page.html', import.meta.url)),
  '/encoder.onnx': () => trained.encoder,
  '/features.f32': () => new Uint8Array(features.buffer, features.byteOffset, features.byteLength),
  '/pictures.json': () => JSON.stringify({ names: ids.map((id) => basename(id)), dim, ...trained.transform }),
};
const runtime = new URL('.', import.meta.resolve('onnxruntime-web'));
const TYPES: Readonly<Record<string, string>> = {
  '': 'text/html',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const server = createServer(async ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const [, room, name = ''] = pathname.split('/');
  try {
    let content = files[pathname]?.();
    if (room === 'runtime') content = readFile(new URL(basename(name), runtime));
    if (room === 'picture') content = readFile(ids[Number(name)]!);
    if (content === undefined) throw new Error(pathname);
    const type = TYPES[extname(pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': room === 'picture' ? 'image/*' : type }).end(await content);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`);
});
