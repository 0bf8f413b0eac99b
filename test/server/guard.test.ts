import { describe, expect, it } from 'vitest';
import { ScarcityError } from '#src/core/scarce.js';
import { hostsOf, isLoopback } from '#src/server/hosts.js';
import type { Service } from '#src/server/run-service.js';
import { useAsker } from './asker.js';

const { asker } = useAsker();

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
    const scarce = asker({ service: { run: () => Promise.reject(new ScarcityError(new Error('out of memory'))) } });
    expect((await scarce.ask('/api/run')).status).toBe(503);
    expect(scarce.faults).toHaveLength(1);
    const { ask, faults } = asker();
    expect(await (await ask('/api/pictures/x')).json()).toEqual({ error: 'param.row: expected an integer.' });
    expect((await ask('/api/nothing')).status).toBe(404);
    expect(faults).toEqual([]);
  });

  it.each([
    ['/api/duplicates?threshold=0.9', 200],
    ['/api/duplicates?threshold=9.70000000000000000001e-1', 200],
    ['/api/duplicates?threshold=1.0e0', 200],
    ['/api/duplicates', 200],
    ['/api/duplicates?threshold=-0.1', 400],
    ['/api/duplicates?threshold=1.0001', 400],
    ['/api/duplicates?threshold=0x1', 400],
    ['/api/duplicates?threshold=', 400],
    [`/api/pictures?q=${'%F0%9F%90%88'.repeat(200)}`, 200],
    [`/api/pictures?q=${'a'.repeat(201)}`, 400],
  ])('take what their description says and no more: %s', async (path, status) => {
    const some = async () => ({});
    expect((await asker({ service: { duplicates: some, pictures: some } as object }).ask(path)).status).toBe(status);
  });

  it.each([
    ['\u{1f408}'.repeat(200), 200, '\u{1f408}'.repeat(200)],
    [' cat\n', 200, 'cat'],
    ['a'.repeat(201), 400],
    [' \t', 400],
    ['', 400],
  ])('take a label of 1 to 200 characters: %j', async (label, status, taken?: string) => {
    let asked: string | undefined;
    const classify: Service['classify'] = async ({ labels }) => {
      asked = labels[0]!.label;
      return { classes: [], counts: [], numProposals: 0, proposals: [] };
    };
    const body = JSON.stringify({ labels: [{ row: 0, label }] });
    const { ask } = asker({ service: { classify } });
    const response = await ask('/api/classify', { 'content-type': 'application/json' }, { method: 'POST', body });
    expect([response.status, asked]).toEqual([status, taken]);
  });

  it.each([
    ['text/csv', 'text/csv; charset=utf-8'],
    ['text/csv, application/json;q=0.9', 'text/csv; charset=utf-8'],
    ['application/json, text/csv', 'text/csv; charset=utf-8'],
    ['text/csv;q=0.5, application/json', 'application/json'],
    ['text/csv;q=0, */*', 'application/json'],
    ['*/*', 'application/json'],
  ])('are of the type that is wanted most: %s', async (accept, type) => {
    const classify = async () => ({ classes: [], counts: [], numProposals: 0, proposals: [] });
    const body = JSON.stringify({ labels: [{ row: 0, label: 'a' }] });
    const headers = { 'content-type': 'application/json', accept };
    const response = await asker({ service: { classify } }).ask('/api/classify', headers, { method: 'POST', body });
    expect(response.headers.get('content-type')).toBe(type);
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

  it('name the first mistakes of many', async () => {
    const body = JSON.stringify({ labels: Array(1000).fill({ row: -1, label: 'a' }) });
    const { ask } = asker({ maxBytes: 1e6 });
    const response = await ask('/api/classify', { 'content-type': 'application/json' }, { method: 'POST', body });
    expect(((await response.json()) as { error: string }).error).toMatch(/^json\.labels\.0\.row: .* And 997 more\.$/);
  });

  it('refuse JSON that would keep the server busy', async () => {
    const init = { method: 'POST', body: `"${'a'.repeat(9 * 2 ** 20)}"` };
    const response = await asker({ maxBytes: 32e6 }).ask('/api/classify', { 'content-type': 'application/json' }, init);
    expect([response.status, await response.json()]).toEqual([
      413,
      { error: 'body: expected at most 8388608 bytes, got more. Send less at once.' },
    ]);
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
