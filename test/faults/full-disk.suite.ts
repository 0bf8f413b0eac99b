/**
 * @file Disks that are really full: a small file system in memory, filled up to nearly as much as a command needs. It
 * reaches what writes without Node, LanceDB and libvips.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tempFolder } from '../store/temp-folder.js';
import { record } from './figures.js';
import { Host } from './hosts.js';
import { SCENARIOS } from './scenarios.js';
import { Trial } from './trial.js';

/** Of the whole file system; a command needs a tenth of it. */
const SIZE = 64 << 20;
/** A file system in memory counts in pages. */
const PAGE = 4096;

const root = tempFolder();
const disk = join(root, 'disk');
const ballast = join(disk, 'ballast');
const layer = join(root, 'layer');
const [victim, calm] = [new Host(layer), new Host(layer)];
const isMounted = mount();
afterAll(async () => {
  await victim.close();
  await calm.close();
  if (isMounted) execFileSync('umount', [disk]);
});

it.skipIf(!isMounted).each(SCENARIOS)('$name does without what does not fit, and loses nothing', async (scenario) => {
  const trial = await Trial.create(scenario, { victim, calm, work: join(disk, 'work'), aside: join(root, 'aside') });
  const third: string[] = [];
  // Twice as much room each time, until there is enough.
  for (let pages = 0, isEnough = false; !isEnough; pages = Math.max(1, 2 * pages)) {
    const outcome = await trial.starve(
      () => fillUpTo(pages * PAGE),
      () => rmSync(ballast),
    );
    isEnough = outcome.sort === 'same bytes';
    record({ command: scenario.name, fault: 'a full disk', sort: outcome.sort });
    if (outcome.why !== undefined) third.push(`room for ${pages} pages: ${outcome.why}`);
  }
  expect(third).toEqual([]);
});

/** Whether this user may mount here; where not, the tests are skipped, which Vitest says. */
function mount(): boolean {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'instdisc-faults', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fillUpTo(room: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - room));
}
