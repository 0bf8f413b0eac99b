import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, DataError, RunError } from '#src/core/errors.js';
import { openCache } from '#src/data/cache/cache.js';
import { openRun } from '#src/run/open-run.js';
import { relocate } from '#src/run/relocate.js';
import { train } from '#src/train/train.js';
import { tempFolder } from '../cli/cli.js';
import { type TinyRun, trainTiny } from '../server/tiny-run.js';

const root = tempFolder();
let tiny: TinyRun;
beforeAll(async () => {
  tiny = await trainTiny(root);
}, 120_000);

/** A copy of the run, and of its pictures in another place. */
async function moved(name: string): Promise<{ readonly runPath: string; readonly to: string }> {
  const [runPath, to] = [join(root, name, 'run'), join(root, name, 'elsewhere')];
  await mkdir(join(root, name));
  await cp(tiny.runPath, runPath, { recursive: true });
  await cp(tiny.pictures, to, { recursive: true });
  return { runPath, to };
}

async function known(runPath: string) {
  const run = await openRun(runPath, { threads: 1 });
  await run.release();
  return { ids: run.embeddings.ids, features: run.embeddings.features };
}

describe('relocate', () => {
  it('has a run know its pictures by their new places, and nothing else', async () => {
    const { runPath, to } = await moved('folder');
    const before = await known(runPath);
    const report = await relocate(runPath, { from: tiny.pictures, to });
    expect(report).toEqual({ numMoved: 72, missing: [] });
    const after = await known(runPath);
    expect(after.ids).toEqual(before.ids.map((id) => join(to, id.slice(tiny.pictures.length))));
    expect(after.features).toEqual(before.features);
    const caches = [tiny.runPath, runPath].map((path) => openCache(join(path, 'cache')));
    const [old, now] = caches.map((cache) => ({ fingerprint: cache.fingerprint, first: cache.read(0) }));
    for (const cache of caches) cache.close();
    expect(now).toEqual(old);
    expect(JSON.parse(await readFile(join(runPath, 'config.json'), 'utf8')).paths).toEqual([to]);
    expect(await readdir(join(root, 'folder'))).toEqual(['elsewhere', 'run']);
    // Its training finds that nothing has changed.
    await train({ out: runPath, resume: true });
  });

  it('finds pictures under other names by their bytes, and says which it does not find', async () => {
    const { runPath, to } = await moved('names');
    await mkdir(join(to, 'cat', 'zz'), { recursive: true });
    await rename(join(to, 'cat', '00000.jpg'), join(to, 'cat', 'zz', 'renamed.jpg'));
    await rm(join(to, 'fish', '00003.jpg'));
    const { numMoved, missing } = await relocate(runPath, { from: tiny.pictures, to });
    expect({ numMoved, missing }).toEqual({
      numMoved: 71,
      missing: [join(tiny.pictures, 'fish', '00003.jpg')],
    });
    const { ids } = await known(runPath);
    expect(ids).toContain(join(to, 'cat', 'zz', 'renamed.jpg'));
    // The order of names is another now; that of the training is not.
    await cp(join(tiny.pictures, 'fish', '00003.jpg'), join(to, 'fish', '00003.jpg'), { preserveTimestamps: true });
    await relocate(runPath, { from: tiny.pictures, to });
    await train({ out: runPath, resume: true });
  });

  it('refuses a place where they never were, and one where none of them is, and leaves the run as it was', async () => {
    const { runPath, to } = await moved('wrong');
    const before = await readFile(join(runPath, 'cache', 'manifest.jsonl'), 'utf8');
    await expect(relocate(runPath, { from: join(root, 'nowhere'), to })).rejects.toThrow(ArgumentError);
    await rm(join(to, 'cat'), { recursive: true });
    await expect(relocate(runPath, { from: join(tiny.pictures, 'cat'), to: join(to, 'fish') })).rejects.toThrow(
      DataError,
    );
    await expect(relocate(join(root, 'wrong'), { from: tiny.pictures, to })).rejects.toThrow(RunError);
    expect(await readFile(join(runPath, 'cache', 'manifest.jsonl'), 'utf8')).toBe(before);
  });
});
