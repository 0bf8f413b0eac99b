import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { useAsker } from './asker.js';

const { asker, page } = useAsker();

describe('methods', () => {
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

  it.each([
    ['/api/run', 'GET, HEAD, OPTIONS'],
    ['/api/pictures/0/thumbnail', 'GET, HEAD, OPTIONS'],
    ['/api/events', 'GET, HEAD, OPTIONS'],
    ['/api/search', 'POST, OPTIONS'],
    ['/api/classify', 'POST, OPTIONS'],
    ['/openapi.json', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/assets/main-1a2b.js', 'GET, HEAD, OPTIONS'],
  ])('of %s are %s, and it says so', async (path, allow) => {
    const { ask } = asker();
    const options = await ask(path, {}, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    for (const method of all.filter((each) => !allow.split(', ').includes(each))) {
      const response = await ask(path, {}, { method });
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, allow]);
      if (method !== 'HEAD') expect(await response.json()).toEqual({ error: `${method} ${path}: expected ${allow}.` });
    }
  });

  it('of what is not there are none', async () => {
    const { ask } = asker();
    for (const method of all) expect((await ask('/api/nothing', {}, { method })).status).toBe(404);
  });

  it('are told to who has the token', async () => {
    expect((await asker({ token: 'correct-horse' }).ask('/api/run', {}, { method: 'OPTIONS' })).status).toBe(401);
  });

  it('HEAD gives what GET would, without a body, and keeps no stream open', async () => {
    const { ask } = asker();
    for (const path of ['/', '/api/run']) {
      const [head, get] = [await ask(path, {}, { method: 'HEAD' }), await ask(path)];
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect([...head.headers]).toEqual([...get.headers]);
    }
    for (let i = 0; i < 70; i++) {
      const { status, headers } = await ask('/api/events', {}, { method: 'HEAD' });
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    }
  });
});

describe('the page', () => {
  it('is served with types and tags, its hashed files for good', async () => {
    const { ask } = asker();
    const index = await ask('/');
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    const tag = index.headers.get('etag')!;
    for (const known of [tag, `W/${tag}`, `"a, b", W/"c" ,${tag}`, '*']) {
      const response = await ask('/', { 'if-none-match': known });
      expect([known, response.status, response.headers.get('etag')]).toEqual([known, 304, tag]);
    }
    for (const other of ['"other"', tag.slice(1, -1), `W/"other", "${tag.slice(2)}`, '']) {
      expect([other, (await ask('/', { 'if-none-match': other })).status]).toEqual([other, 200]);
    }
    expect(index.headers.get('accept-ranges')).toBe('none');
    const script = await ask('/assets/main-1a2b.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('is compressed for who can read it, under a tag of its own', async () => {
    const text = 'export const a = 1;\n'.repeat(500);
    writeFileSync(join(page, 'assets', 'large-5e6f.js'), text);
    const { ask } = asker();
    const get = (encoding: string, known = '') =>
      ask('/assets/large-5e6f.js', { 'accept-encoding': encoding, 'if-none-match': known });
    const tags = new Set<string>();
    for (const [accepted, encoding, decode] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['br;q=0.5, GZIP', 'gzip', gunzipSync],
      ['*', 'br', brotliDecompressSync],
      ['gzip;q=0, br;q=0, *', null, Buffer.from],
      ['identity, gzip;q=0.5', null, Buffer.from],
      ['', null, Buffer.from],
    ] as const) {
      const response = await get(accepted);
      const { headers } = response;
      expect([accepted, headers.get('content-encoding')]).toEqual([accepted, encoding]);
      expect(String(decode(new Uint8Array(await response.arrayBuffer())))).toBe(text);
      expect(headers.get('vary')).toBe('Accept-Encoding');
      expect((await get(accepted, headers.get('etag')!)).status).toBe(304);
      tags.add(headers.get('etag')!);
    }
    expect(tags.size).toBe(3);
    writeFileSync(join(page, 'assets', 'large-5e6f.js'), `${text}//`);
    expect(brotliDecompressSync(await (await get('br')).arrayBuffer()).toString()).toBe(`${text}//`);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets',
    '/web',
  ])('is all there is: not %s', async (path) => {
    const response = await asker().ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('"secret"');
  });
});
