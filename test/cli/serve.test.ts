import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveCommand } from '#src/cli/commands/serve.js';
import { copyTiny } from '../server/tiny-run.js';
import { call, start, tempFolder } from './cli.js';

const root = tempFolder();
let runPath: string;

beforeAll(async () => {
  ({ runPath } = await copyTiny(root));
});

/** Starts the command and waits until it says where it is. */
async function serve(...args: string[]) {
  const { child, ended } = start(['serve', runPath, '--port', '0', '--threads', '1', '--json', ...args]);
  const [line] = (await once(child.stdout!, 'data')) as [string];
  const { url, port } = JSON.parse(line) as { url: string; port: number };
  return { child, ended, url, port };
}

describe('serve', () => {
  it('answers on this machine until it is told to end, and ends streams then', async () => {
    const { child, ended, url, port } = await serve();
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    expect(await (await fetch(`${url}api/run`)).json()).toMatchObject({ name: 'run', numPictures: 72 });
    const events = await fetch(`${url}api/events`);
    const stream = events.text();
    child.kill('SIGTERM');
    expect(await stream).toContain('retry: ');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('wants a token where others reach it, and makes one', async () => {
    const { child, ended, url, port } = await serve('--host', '0.0.0.0', '--allow-host', 'photos.example');
    const token = new URL(url).searchParams.get('token')!;
    expect(token).toMatch(/^[\w-]{32}$/);
    const api = `http://127.0.0.1:${port}/api/run`;
    expect((await fetch(api)).status).toBe(401);
    expect((await fetch(api, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['a run that is not there', [join(root, 'none')], 4, 'expected a run folder'],
    ['a port that is none', ['RUN', '--port', '70000'], 2, '--port: expected an integer in [0, 65535]'],
    ['a token that is too short', ['RUN', '--token', 'x'], 2, '--token: expected 8 to 200 letters'],
    ['an address that is not its own', ['RUN', '--host', '192.0.2.1', '--port', '0'], 2, 'expected an address'],
  ])('refuses %s', async (_, args, code, message) => {
    const ended = await call(serveCommand(), ...args.map((arg) => (arg === 'RUN' ? runPath : arg)));
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});
