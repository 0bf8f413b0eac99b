import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** A child without what keeps the runtime silent by itself: marks of continuous integration, and our variable. */
async function filesLeftBy(code: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'instdisc-home-'));
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CACHE_HOME: join(home, 'cache') };
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env, cwd: process.cwd() });
    return await readdir(home, { recursive: true });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

it('keeps the runtime from storing a device id and reporting', async () => {
  const code = "import { openBackend } from '#src/runtime/device.js'; await openBackend('cpu');";
  expect(await filesLeftBy(code)).toEqual([]);
});
