/** @file Updates that are killed: what is left must be the run before or the run after, whole. */
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { Random } from '#src/core/random.js';
import { updateRows } from '#src/run/update/update-pictures.js';
import { drawPictures, start } from '../../cli/cli.js';
import { knownByKey, ownTiny } from './changed-run.js';

/** Of the time that an update takes: before, a process loads; after, there is nothing to kill. */
const [FROM, TO] = [0.3, 1];

/**
 * Renames half of the pictures of a run, takes one away and brings new ones, and updates it with `kill -9` at random
 * instants, from the same beginning each time.
 *
 * @returns how many of them left the run as it was
 */
export async function killUpdates(root: string, numKills: number, seed: number): Promise<number> {
  const { runPath, pictures } = await ownTiny(root);
  const before = await knownByKey(runPath);
  for (const kind of (await readdir(pictures)).filter((_, i) => i % 2 === 0)) {
    await rename(join(pictures, kind), join(pictures, `renamed-${kind}`));
  }
  await rm(join(pictures, 'fish', '00000.jpg'), { force: true });
  await cp(await drawPictures(join(root, 'more'), 1, 100), join(pictures, 'more'), { recursive: true });

  const whole = join(root, 'whole');
  await cp(runPath, whole, { recursive: true });
  const startedAt = performance.now();
  expect(await start(['update', whole]).ended).toMatchObject({ code: 0 });
  const wholeMs = performance.now() - startedAt;
  const after = await knownByKey(whole);
  expect(after.ids.length).toBeGreaterThan(before.ids.length);
  for (const [key, { bank }] of after.byKey) {
    if (before.byKey.has(key)) expect(bank).toEqual(before.byKey.get(key)!.bank);
  }

  const random = new Random(seed, 'sample');
  const killed = join(root, 'killed');
  let numBefore = 0;
  for (let kills = 0; kills < numKills; ) {
    await rm(killed, { recursive: true, force: true });
    await mkdir(killed);
    await cp(runPath, killed, { recursive: true });
    const { child, ended } = start(['update', killed]);
    const timer = new AbortController();
    void sleep(random.uniform(FROM, TO) * wholeMs, undefined, timer)
      .then(() => child.kill('SIGKILL'))
      .catch(() => undefined);
    const { code } = await ended;
    timer.abort();
    if (code === null) kills++;
    const left = await knownByKey(killed);
    const isBefore = left.ids.length === before.ids.length;
    if (isBefore) numBefore++;
    expect(left).toEqual(isBefore ? before : after);
    // Whatever was left, the next update ends it.
    await updateRows(killed);
    expect(await knownByKey(killed)).toEqual(after);
    expect((await readdir(killed)).filter((name) => /^(\.tmp|update)-/.test(name))).toEqual(['update-1']);
  }
  return numBefore;
}
