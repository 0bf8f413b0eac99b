/**
 * @file Disks that are really full: a small file system in memory, filled up to nearly as much as a command needs. It
 * reaches what writes without Node, LanceDB and libvips.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tempFolder } from '../store/temp-folder.js';
import { record } from './figures.js';
import { Host } from './hosts.js';
import { SCENARIOS } from './scenarios.js';
import { Trial } from './trial.js';

/** How much of what a command needs there is, each tried. */
const PARTS = [0, 0.2, 0.4, 0.6, 0.8, 0.95];
const PLENTY = 256 << 20;
/** A file system in memory counts in pages. */
const PAGE = 4096;

const root = tempFolder();
const work = join(root, 'work');
const layer = join(root, 'layer');
const [victim, calm] = [new Host(layer), new Host(layer)];
const isMounted = mount();
afterAll(async () => {
  await victim.close();
  await calm.close();
  if (isMounted) execFileSync('umount', [work]);
});

it.skipIf(!isMounted).each(SCENARIOS)('$name does without what does not fit, and loses nothing', async (scenario) => {
  const trial = await Trial.create(scenario, { victim, calm, work, aside: join(root, 'aside') });
  const need = used() - (await trial.laidOut(used));
  const third: string[] = [];
  for (const part of PARTS) {
    const limit = (): void => resize(used() + Math.round((part * need) / PAGE) * PAGE);
    const outcome = await trial.starve(limit, () => resize(PLENTY));
    record({ command: scenario.name, fault: 'a full disk', sort: outcome.sort });
    if (outcome.why !== undefined) third.push(`room for ${part} of ${need} bytes: ${outcome.why}`);
  }
  expect(third).toEqual([]);
});

/** Whether this user may mount here; where not, the tests are skipped, which Vitest says. */
function mount(): boolean {
  mkdirSync(work);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${PLENTY}`, 'instdisc-faults', work], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function resize(bytes: number): void {
  execFileSync('mount', ['-o', `remount,size=${Math.max(PAGE, bytes)}`, work]);
}

function used(): number {
  const { blocks, bfree, bsize } = statfsSync(work);
  return (blocks - bfree) * bsize;
}
