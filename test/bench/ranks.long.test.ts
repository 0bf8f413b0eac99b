import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { HAS_MPI, LAUNCHER } from '../machines/mpirun.js';

const MAIN = fileURLToPath(new URL('../../dist/bench/main.js', import.meta.url));
const bench = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [MAIN, 'ranks', ...args])).stdout;

it('divides threads evenly, or says that it cannot', async () => {
  await expect(bench('--ranks', '3', '--threads', '4')).rejects.toThrow(
    '--ranks: expected a number that divides 4 threads evenly, got 3.',
  );
});

it.runIf(HAS_MPI)('measures ranks beside one process', async () => {
  const once = ['--only', 'w16', '--rounds', '1', '--steps', '1', '--threads', '2', '--json'];
  const told = JSON.parse(await bench(...once, '--launcher', LAUNCHER.join(' ')));
  expect(told).toMatchObject({ name: 'w16', ranks: 2, threads: 2 });
  const [one, both] = [told.one[0], told.several[0]];
  expect(told.ratio).toBe(both.picturesPerSecond / one.picturesPerSecond);
  expect(one.communication).toBe(0);
  expect(both.communication).toBeGreaterThan(0);
  expect(both.communication).toBeLessThan(1);
});
