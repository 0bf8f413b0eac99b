import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawPictures, jsonLines, run, start, TINY, tempFolder } from './cli.js';

const root = tempFolder();

it('saves on Ctrl-C, and the command it prints goes on to the end', { timeout: 120_000 }, async () => {
  const pictures = await drawPictures(join(root, 'pictures'));
  const out = join(root, 'my run');
  const { child, ended } = start(['train', pictures, '--out', out, ...TINY, '--epochs', '8']);
  let shown = '';
  while (!/^epoch +1\/8/m.test(shown)) shown += (await once(child.stdout!, 'data'))[0];
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain('saving…');
  expect(await readdir(out)).not.toContain('run.lock');

  const command = stdout.trim().split('\n').at(-1)!.trim();
  expect(command).toMatch(new RegExp(`^node .*main\\.js train --out '${out}' --resume$`));
  const resumed = await run(['train', '--out', out, '--resume', '--json']);
  expect(resumed.code).toBe(0);
  const { plan } = jsonLines(resumed).find(({ kind }) => kind === 'plan') as { plan: { firstStep: number } };
  expect(plan.firstStep).toBeGreaterThan(0);
});
