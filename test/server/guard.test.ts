import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApp } from '#src/server/app.js';
import { Gate } from '#src/server/gate.js';
import { AllowedHosts, hostsOf, isLoopback } from '#src/server/hosts.js';
import { Intake } from '#src/server/intake.js';
import { DEFAULT_RATE, type Rate } from '#src/server/rate.js';
import type { Service } from '#src/server/service.js';
import { Thumbnails } from '#src/server/thumbnails.js';
import { tempFolder } from '../cli/cli.js';

const root = tempFolder();
const page = join(root, 'web');
mkdirSync(join(page, 'assets'), { recursive: true });
writeFileSync(join(page, 'index.html'), '<!doctype html>');
writeFileSync(join(page, 'assets', 'main-1a2b.js'), 'export {};');
writeFileSync(join(root, 'secret.txt'), 'secret');

interface Setup {
  readonly token?: string;
  readonly allowHosts?: readonly string[];
  readonly rate?: Rate;
  readonly service?: Partial<Service>;
}

/** Asks an app at port 4747 whose service knows what is given, and nothing else. */
function asker({ token, allowHosts = [], rate = DEFAULT_RATE, service = {} }: Setup = {}) {
  const faults: unknown[] = [];
  const app = createApp(
    {
      runPath: root,
      service: { run: async () => ({ name: 'run' }), ...service } as unknown as Service,
      thumbnails: new Thumbnails(root),
      gate: new Gate({ open: 1, waiting: 0 }),
      intake: new Intake({ maxBytes: 1000 }),
      closing: new AbortController().signal,
    },
    {
      allowed: new AllowedHosts('127.0.0.1', 4747, allowHosts),
      port: 4747,
      ...(token !== undefined && { token }),
      rate,
      page,
      version: '1.2.3',
      onError: (error) => faults.push(error),
    },
  );
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { host: '127.0.0.1:4747', ...headers } });
  return { ask, faults };
}

describe('Host', () => {
  it.each(['127.0.0.1:4747', 'localhost:4747', 'LOCALHOST:4747', '[::1]:4747'])('%s is this server', async (host) => {
    expect((await asker().ask('/api/run', { host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:4747',
    '127.0.0.1',
    '127.0.0.1:4748',
    'localhost.evil.example:4747',
    '',
  ])('%s is another, and refused for the API and the page', async (host) => {
    for (const path of ['/api/run', '/', '/openapi.json', '/nothing']) {
      const response = await asker().ask(path, { host });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: expect.stringContaining(`got '${host}'`) });
    }
  });

  it('may be one that was allowed: with any port, or with the one given', async () => {
    const { ask } = asker({ allowHosts: ['photos.example', 'Other.example:8080'] });
    const statusOf = async (host: string): Promise<number> => (await ask('/api/run', { host })).status;
    expect(await statusOf('photos.example')).toBe(200);
    expect(await statusOf('photos.example:8443')).toBe(200);
    expect(await statusOf('other.example:8080')).toBe(200);
    expect(await statusOf('other.example:81')).toBe(403);
  });

  it('is told apart from addresses that others reach', () => {
    expect(['127.0.0.1', 'localhost', '::1'].map(isLoopback)).toEqual([true, true, true]);
    expect(['0.0.0.0', '192.168.0.2', '::'].map(isLoopback)).toEqual([false, false, false]);
    expect(hostsOf('fe80::1')).toEqual(['[fe80::1]']);
    expect(hostsOf('0.0.0.0')).not.toContain('0.0.0.0');
  });
});

describe('Origin', () => {
  const own = 'http://127.0.0.1:4747';

  it.each([own, 'http://localhost:4747', 'https://localhost:4747'])('%s may ask', async (origin) => {
    expect((await asker().ask('/api/run', { origin })).status).toBe(200);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:3000',
    `${own}.evil.example`,
    `${own}/`,
    'file://',
    '',
  ])("'%s' may not, and is told nothing that its page could read", async (origin) => {
    const response = await asker().ask('/api/run', { origin });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('of another site may link to the page, but embed nothing', async () => {
    const { ask } = asker();
    const from = (mode: string) => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode });
    expect((await ask('/', from('navigate'))).status).toBe(200);
    expect((await ask('/api/pictures/0/thumbnail', from('no-cors'))).status).toBe(403);
  });
});

describe('the token', () => {
  const token = 'correct-horse';

  it('is asked for by the API, not by the page', async () => {
    const { ask } = asker({ token });
    const refused = await ask('/api/run');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toEqual({ error: expect.stringContaining('got none') });
    expect((await ask('/openapi.json')).status).toBe(401);
    expect((await ask('/')).status).toBe(200);
    expect((await ask('/api/run', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask('/api/run', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('in the URL becomes a cookie that scripts cannot read, and leaves the URL', async () => {
    const { ask } = asker({ token });
    const response = await ask(`/?token=${token}`);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^instdisc-4747=correct-horse; .*HttpOnly.*SameSite=Strict/);
    expect((await ask('/api/run', { cookie: cookie.split(';')[0]! })).status).toBe(200);
    expect((await ask('/api/run', { cookie: 'instdisc-4747=wrong' })).status).toBe(401);
    expect((await ask('/?token=wrong')).status).toBe(401);
  });
});

describe('answers', () => {
  it('forbid the browser everything but this page', async () => {
    const { ask } = asker();
    for (const path of ['/', '/api/run', '/api/nothing']) {
      const { headers } = await ask(path);
      const policy = headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('name the fault of a request, and hide those of the server from it', async () => {
    const broken = asker({ service: { run: async () => Promise.reject(new Error('/home/me/secret is gone')) } });
    const response = await broken.ask('/api/run');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(broken.faults).toHaveLength(1);
    const { ask, faults } = asker();
    expect(await (await ask('/api/pictures/x')).json()).toEqual({ error: 'param.row: expected an integer.' });
    expect((await ask('/api/nothing')).status).toBe(404);
    expect(faults).toEqual([]);
  });

  it('are at most so many a second for one address', async () => {
    const { ask } = asker({ rate: { perSecond: 0.001, burst: 2 } });
    const statuses = [await ask('/'), await ask('/'), await ask('/')].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await ask('/')).headers.get('retry-after')).toBe('1');
  });

  it('wait for their turn, or are refused where too many wait', async () => {
    let finish: (value: unknown) => void = () => undefined;
    const embed = (): Promise<Float32Array> =>
      new Promise((resolve) => {
        finish = resolve as typeof finish;
      });
    const { ask } = asker({ service: { embed } });
    const body = { method: 'POST', body: 'x' };
    const first = ask('/api/embed', {}, body);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await ask('/api/embed', {}, body);
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('1');
    finish(Float32Array.of(1));
    expect(await (await first).json()).toEqual({ dim: 1, features: [1] });
  });

  it('refuse a body that is too large, whether it says so or not', async () => {
    const { ask } = asker();
    const stream = (): ReadableStream => new Blob(['x'.repeat(1001)]).stream();
    for (const path of ['/api/search', '/api/embed', '/api/classify']) {
      const type = { 'content-type': path === '/api/classify' ? 'application/json' : 'image/png' };
      const told = await ask(path, { ...type, 'content-length': '1001' }, { method: 'POST', body: 'x' });
      const silent = await ask(path, type, { method: 'POST', body: stream(), duplex: 'half' } as RequestInit);
      expect([told.status, silent.status]).toEqual([413, 413]);
    }
  });
});

describe('the page', () => {
  it('is served with types and tags, its hashed files for good', async () => {
    const { ask } = asker();
    const index = await ask('/');
    expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    expect((await ask('/', { 'if-none-match': index.headers.get('etag')! })).status).toBe(304);
    const script = await ask('/assets/main-1a2b.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toContain('immutable');
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
