import { join } from 'node:path';
import { expect, it } from 'vitest';
import { start, tempFolder } from '../../cli/cli.js';
import { killUpdates } from './kill-updates.js';

const root = tempFolder();

// A hundred of them in test/stress/.
it('leaves the run before or after an update that is killed, half of whose pictures are renamed', async () => {
  await killUpdates(join(root, 'kills'), 2, 1);
}, 300_000);

it('refuses one of two updates at once, and says which process has the run', async () => {
  const run = join(root, 'kills', 'run');
  const ends = await Promise.all([start(['update', run]).ended, start(['update', run]).ended]);
  const refused = ends.filter(({ code }) => code !== 0);
  for (const { code, stderr } of refused) {
    expect(code).toBe(4);
    expect(stderr).toMatch(/expected a run that nothing is writing, got one that process \d+ is writing/);
  }
  expect(refused.length).toBeLessThan(2);
}, 120_000);
