import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { openCollection } from '#src/collection/open-collection.js';
import { RunError } from '#src/core/errors.js';
import { embed } from '#src/run/embed.js';
import { openRun } from '#src/run/open-run.js';
import { checkMayWatch, type WatchEvent } from '#src/run/watch/watch-pictures.js';
import { openRemote } from '#src/server/remote.js';
import { startWatcher, type Watcher } from '#src/server/watch/watcher.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { knownByKey, ownTiny } from '../run/update/changed-run.js';
import { serveTiny, type TinyRun } from './tiny-run.js';

const root = tempFolder();
/** Machines that run tests are busy, and the process that watches stands back. */
const PATIENCE = { timeout: 120_000, interval: 200 };

let tiny: TinyRun;
let more: string;
let server: Awaited<ReturnType<typeof serveTiny>>;
let watcher: Watcher;
const events: WatchEvent[] = [];
const states = new Set<string>();

const at = (...names: string[]): string => join(tiny.pictures, ...names);
const get = async (path: string) => (await fetch(`${server.url}/api/${path}`)).json();
const names = async (): Promise<string[]> => {
  states.add((await get('run')).state);
  return (await get('pictures?limit=1000')).pictures.map(({ name }: { name: string }) => name);
};
const told = (kind: WatchEvent['kind']): number => events.filter((event) => event.kind === kind).length;

beforeAll(async () => {
  tiny = await ownTiny(root);
  more = await drawPictures(join(root, 'more'), 1, 100);
  server = await serveTiny(tiny, await openRemote(tiny.runPath, { threads: 1 }));
  expect(await names()).toHaveLength(72);
  watcher = startWatcher(tiny.runPath, (event) => events.push(event));
  await vi.waitFor(() => expect(told('watching')).toBe(1), PATIENCE);
}, 240_000);
afterAll(async () => {
  await watcher.close();
  await server.close();
});

describe('a run that is served and watched', () => {
  it('has pictures that are copied into its folders, those in new folders, too, and none that is half there', async () => {
    const whole = await readFile(join(more, 'cat', '00100.jpg'));
    await writeFile(at('fish', 'slow.jpg'), whole.subarray(0, whole.length / 2));
    await cp(join(more, 'fish'), at('lynx'), { recursive: true });
    await expect.poll(names, PATIENCE).toContain('lynx/00100.jpg');
    const { neighbours } = await get('pictures/72/neighbours?k=3');
    expect(neighbours).toHaveLength(3);
    const thumbnail = await fetch(`${server.url}/api/pictures/72/thumbnail?size=64`);
    expect(thumbnail.status).toBe(200);

    // It has been waited for, and is listed nowhere.
    expect(await names()).toHaveLength(73);
    const { skippedPath } = await RunFolder.open(tiny.runPath);
    expect(await readFile(skippedPath, 'utf8').catch(() => '')).not.toContain('slow.jpg');
    await writeFile(at('fish', 'slow.jpg'), whole);
    await expect.poll(names, PATIENCE).toContain('fish/slow.jpg');
    expect(told('failed')).toBe(0);
  }, 300_000);

  it('keeps the rows of files that are renamed, and loses those that are gone', async () => {
    const before = await knownByKey(tiny.runPath);
    await rename(at('cat'), at('felis'));
    await rm(at('fish', '00001.jpg'));
    await expect.poll(names, PATIENCE).not.toContain('fish/00001.jpg');
    const now = await names();
    expect(now.filter((name) => name.startsWith('felis/'))).toHaveLength(6);
    expect(now).toHaveLength(73);
    const after = await knownByKey(tiny.runPath);
    for (const [key, { bank }] of after.byKey) expect(bank).toEqual(before.byKey.get(key)!.bank);
    // That the watcher writes the run is no training.
    expect([...states]).toEqual(['finished']);
  }, 300_000);

  it('waits, and says so, while another process writes the run', async () => {
    const held = await vi.waitFor(() => RunFolder.resume(tiny.runPath), PATIENCE);
    await mkdir(at('late'));
    await cp(join(more, 'cat', '00100.jpg'), at('late', '00001.jpg'));
    await expect.poll(() => told('busy'), PATIENCE).toBe(1);
    expect(await names()).toHaveLength(73);
    await held.close();
    await expect.poll(names, PATIENCE).toContain('late/00001.jpg');
  }, 300_000);

  it('is left as it is once the watching has ended', async () => {
    await watcher.close();
    await cp(join(more, 'fish', '00100.jpg'), at('late', '00002.jpg'));
    await sleep(2500);
    expect(await names()).toHaveLength(74);
    expect(told('failed')).toBe(0);
  }, 60_000);

  it('has its index follow, with the pictures that the run has taken in, and none that is half there', async () => {
    const run = await openRun(tiny.runPath, { threads: 1 });
    const indexed = await indexPictures(run, [tiny.pictures]);
    expect(indexed.added).toBe(75);
    events.length = 0;
    watcher = startWatcher(tiny.runPath, (event) => events.push(event));
    const whole = await readFile(join(more, 'cat', '00100.jpg'));
    await writeFile(at('fish', 'half.jpg'), whole.subarray(0, whole.length / 2));
    await cp(join(more, 'cat'), at('lion'), { recursive: true });
    await rm(at('fish', '00003.jpg'));
    await expect.poll(names, PATIENCE).toContain('lion/00100.jpg');
    expect(await names()).not.toContain('fish/half.jpg');
    await writeFile(at('fish', 'half.jpg'), whole);
    await expect.poll(names, PATIENCE).toContain('fish/half.jpg');
    await expect.poll(names, PATIENCE).not.toContain('fish/00003.jpg');
    expect(told('failed')).toBe(0);
    await watcher.close();

    const fresh = await embed(run, [tiny.pictures]);
    await run.release();
    const { source, pictures, features } = await openCollection(run);
    expect(source).toBe('index');
    expect(pictures.map(({ id }) => id)).toEqual(fresh.ids);
    for (const [i, value] of features.entries()) expect(Math.abs(value - fresh.features[i]!)).toBeLessThan(1e-5);
  }, 300_000);

  it('cannot be one that answers from an index of other pictures', async () => {
    await rm(join(tiny.runPath, 'index'), { recursive: true });
    await mkdir(join(tiny.runPath, 'index'));
    await expect(checkMayWatch(tiny.runPath)).rejects.toThrow(RunError);
    await expect(checkMayWatch(tiny.runPath)).rejects.toThrow('--watch');
  });
});
