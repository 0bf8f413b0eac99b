import { cp, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { embed } from '#src/run/embed.js';
import { openRun } from '#src/run/open-run.js';
import { updateRows } from '#src/run/update/update-pictures.js';
import { VERSION } from '#src/run/version.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../../cli/cli.js';
import { configOf, knownByKey, ownTiny } from './changed-run.js';

const root = tempFolder();
const noted = { threads: 1 };

beforeAll(async () => {
  await ownTiny(join(root, 'all'));
}, 180_000);

describe('an update of the pictures', () => {
  it('leaves rows with the bytes they are of, and gives new ones what the encoder makes of them', async () => {
    const [runPath, pictures] = [join(root, 'all', 'run'), join(root, 'all', 'pictures')];
    const before = await knownByKey(runPath);
    const more = await drawPictures(join(root, 'more'), 1, 100);
    const at = (...names: string[]): string => join(pictures, ...names);
    await cp(join(more, 'cat'), at('lynx'), { recursive: true });
    await rename(at('cat', '00000.jpg'), at('fish', 'was-a-cat.jpg'));
    await rm(at('fish', '00001.jpg'));
    await cp(at('fish', '00002.jpg'), at('fish', '00002-again.jpg'));
    await cp(join(more, 'fish', '00100.jpg'), at('fish', '00003.jpg'));
    await utimes(at('fish', '00004.jpg'), 1, 1);
    await writeFile(at('fish', 'broken.jpg'), 'no picture');
    // Files that have changed places.
    await rename(at('fish', '00000.jpg'), at('kept.jpg'));
    await rename(at('fish', '00005.jpg'), at('fish', '00000.jpg'));
    await rename(at('kept.jpg'), at('fish', '00005.jpg'));

    const { found, update } = await updateRows(runPath);
    expect(found.counts).toEqual({
      unchanged: 67,
      added: 2,
      changed: 1,
      moved: 3,
      removed: 1,
      relabelled: 0,
      copies: 1,
    });
    expect(update).toMatchObject({ number: 1, version: VERSION, step: before.step, numPictures: 73, numLearnt: 70 });

    const after = await knownByKey(runPath);
    expect(after).toMatchObject({ source: 'features', step: before.step });
    const stayed = Array.from(after.byKey).filter(([key]) => before.byKey.has(key));
    const twice = after.byKey.get(stayed.find(([, { id }]) => id.endsWith('00002-again.jpg'))![0])!;
    for (const [key, { bank, feature, pixels, row }] of stayed) {
      const was = before.byKey.get(key)!;
      expect(pixels).toEqual(was.pixels);
      if (row !== twice.row) expect({ bank, feature }).toEqual({ bank: was.bank, feature: was.feature });
    }
    expect(after.ids.slice(70)).toEqual(
      ['fish/00002-again.jpg', 'fish/00003.jpg', 'lynx/00100.jpg'].map((id) => at(id)),
    );
    const moved = Array.from(after.byKey.values()).find(({ id }) => id === at('fish', 'was-a-cat.jpg'))!;
    expect(moved.label).toBe('fish');

    // Of the files themselves, by the way of pictures that are no run's.
    const run = await openRun(runPath, noted);
    const direct = await embed(run, [at('lynx')]);
    await run.release();
    const lynx = Array.from(after.byKey.values()).find(({ id }) => id === direct.ids[0])!;
    lynx.feature.forEach((value, i) => {
      expect(value).toBeCloseTo(direct.features[i]!, 5);
    });
    expect(lynx.bank).not.toEqual(lynx.feature);

    // Only what counts is left, and a second look finds nothing; nor does the training.
    const names = await readdir(runPath);
    expect(names).not.toContain('cache');
    expect(names.filter((name) => name.startsWith('.tmp'))).toEqual([]);
    expect(await readFile(join(runPath, 'update-1', 'skipped.jsonl'), 'utf8')).toContain('broken.jpg');
    expect(await updateRows(runPath)).toMatchObject({ update: undefined, found: { isChanged: false, numUnlearnt: 3 } });
    expect((await configOf(runPath)).updates).toHaveLength(1);
    expect(await train({ out: runPath, resume: true })).toBe('finished');
    expect((await RunFolder.open(runPath)).picturesPath).toBe(join(runPath, 'update-1'));
    expect((await knownByKey(runPath)).step).toBe(before.step);
  }, 240_000);

  it('refuses a folder that is not there, and loses nothing of it', async () => {
    const { runPath, pictures } = await ownTiny(join(root, 'lost'));
    await rename(pictures, `${pictures}-elsewhere`);
    await expect(updateRows(runPath)).rejects.toThrow(pictures);
    expect((await configOf(runPath)).updates).toEqual([]);
    await rename(`${pictures}-elsewhere`, pictures);
    await expect(updateRows(runPath, { paths: [join(root, 'nowhere')] })).rejects.toThrow('nowhere');
    expect(await updateRows(runPath)).toMatchObject({ update: undefined });
  });

  it('begins rows at random where that is asked for, others with every update', async () => {
    const { runPath } = await ownTiny(join(root, 'random'));
    const [one, two] = await Promise.all(
      [200, 300].map((first) => drawPictures(join(root, `random-${first}`), 1, first)),
    );
    await updateRows(runPath, { paths: [one!], newRows: 'random' });
    await updateRows(runPath, { paths: [two!], newRows: 'random' });
    const { byKey, ids } = await knownByKey(runPath);
    const rows = Array.from(byKey.values()).filter(({ row }) => row >= 72);
    expect(ids).toHaveLength(72 + 24);
    for (const { bank } of rows) expect(bank.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 5);
    expect(new Set(rows.map(({ bank }) => bank[0])).size).toBe(24);
    const { paths, updates } = await configOf(runPath);
    expect(paths).toHaveLength(3);
    expect(updates.map(({ number, added }: { number: number; added: number }) => [number, added])).toEqual([
      [1, 12],
      [2, 12],
    ]);
  });

  it('is refused where another process is writing the run, and where the training would have too few pictures', async () => {
    const { runPath, pictures } = await ownTiny(join(root, 'refused'));
    const held = await RunFolder.resume(runPath);
    await expect(updateRows(runPath)).rejects.toThrow(RunError);
    await held.close();
    const kinds = (await readdir(pictures)).slice(2);
    for (const kind of kinds) await rm(join(pictures, kind), { recursive: true });
    await expect(updateRows(runPath)).rejects.toThrow('expected as many pictures as a batch takes, 16, got 12');
    expect((await configOf(runPath)).updates).toEqual([]);
    await mkdir(join(pictures, 'back'));
    expect((await knownByKey(runPath)).ids).toHaveLength(72);
  });
});
