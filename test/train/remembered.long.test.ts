import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gatherRows } from '#src/core/vector.js';
import { openCache } from '#src/data/cache/cache.js';
import type { TrainEvent } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { relocate } from '#src/run/relocate.js';
import { updateRows } from '#src/run/update/update-pictures.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { updateRun } from '#src/train/update.js';
import { drawPictures, here, tempFolder } from '../cli/cli.js';
import { configOf } from '../run/update/changed-run.js';
import { copyTiny } from '../server/tiny-run.js';

const root = tempFolder();
const [pictures, made] = [join(root, 'pictures'), join(root, 'made')];
const settings = { encoder: 'resnet10', width: 8, size: 16, batch: 16, epochs: 1 };
const DIM = 128;

beforeAll(async () => {
  await drawPictures(pictures);
  await train({ paths: [pictures], out: made, recipe: 'cifar10', settings, threads: 1 });
}, 180_000);

/** A copy of the run with pictures of its own. */
async function ownRun(name: string): Promise<{ readonly out: string; readonly own: string }> {
  const [out, own] = [join(root, name, 'run'), join(root, name, 'pictures')];
  await mkdir(join(root, name));
  await cp(made, out, { recursive: true, preserveTimestamps: true });
  await cp(pictures, own, { recursive: true, preserveTimestamps: true });
  await relocate(out, { from: pictures, to: own });
  return { out, own };
}

/** All rows of the newest bank as they are on disk, the names of the pictures, and the encoder's bytes. */
async function stored(out: string) {
  const folder = await RunFolder.open(out);
  const rows = (await folder.loadPart('bank')).get('bank')!.data as Float32Array;
  const cache = openCache(folder.cachePath);
  cache.close();
  return { rows, ids: cache.ids, numRows: rows.length / DIM, encoder: await readFile(folder.encoderPath) };
}

const rowsOf = (rows: Float32Array, places: readonly number[]) => gatherRows(rows, Int32Array.from(places), DIM);
const placesFrom = (first: number, length: number): number[] => Array.from({ length }, (_, i) => first + i);

describe('rows of pictures that are gone', () => {
  it('stay as they were where they are kept, and tell others apart, but are no pictures any more', async () => {
    const { out, own } = await ownRun('kept');
    const before = await stored(out);
    const gone = before.ids.flatMap((id, place) => (id.startsWith(join(own, 'fish')) ? [place] : []));
    expect(gone).toHaveLength(6);
    await rm(join(own, 'fish'), { recursive: true });
    const forgetting = join(root, 'kept', 'forgetting');
    await cp(out, forgetting, { recursive: true });

    await updateRows(out, { keepRows: true });
    expect((await configOf(out)).updates).toMatchObject([{ numPictures: 66, removed: 6, numRemembered: 6 }]);
    const after = await stored(out);
    expect([after.ids.length, after.numRows]).toEqual([66, 72]);
    expect(rowsOf(after.rows, placesFrom(66, 6))).toEqual(rowsOf(before.rows, gone));

    // A training to the same bytes if it is interrupted; its rows change, and those that are remembered do not.
    const stopped = join(root, 'kept', 'stopped');
    await cp(out, stopped, { recursive: true });
    expect(await updateRun({ out, epochs: 1 })).toBe('finished');
    const stop = new AbortController();
    const onEvent = ({ kind }: TrainEvent): void => {
      if (kind === 'checkpoint') stop.abort();
    };
    const often = { checkpointMinutes: 1e-5, onEvent, signal: stop.signal };
    expect(await updateRun({ out: stopped, epochs: 1, ...often })).toBe('stopped');
    expect(await train({ out: stopped, resume: true })).toBe('finished');
    const trained = await stored(out);
    expect(await stored(stopped)).toEqual({ ...trained, ids: trained.ids });
    expect(rowsOf(trained.rows, placesFrom(66, 6))).toEqual(rowsOf(before.rows, gone));
    expect(rowsOf(trained.rows, placesFrom(0, 66))).not.toEqual(rowsOf(after.rows, placesFrom(0, 66)));
    // Without them it learns something else.
    await updateRun({ out: forgetting, epochs: 1 });
    expect((await stored(forgetting)).numRows).toBe(66);
    expect((await stored(forgetting)).encoder).not.toEqual(trained.encoder);

    const run = await openRun(out, { threads: 1 });
    await run.release();
    expect([run.bank.ids.length, run.bank.features.length, run.embeddings.ids.length]).toEqual([66, 66 * DIM, 66]);

    // Later updates leave them where they are, until they are let go of.
    const more = await drawPictures(join(root, 'kept', 'more'), 1, 100);
    await updateRows(out, { paths: [more] });
    expect((await configOf(out)).updates.at(-1)).toMatchObject({ numPictures: 78, numRemembered: 6 });
    expect(rowsOf((await stored(out)).rows, placesFrom(78, 6))).toEqual(rowsOf(before.rows, gone));
    await updateRows(out, { keepRows: false });
    expect((await configOf(out)).updates.at(-1)).not.toHaveProperty('numRemembered');
    expect((await stored(out)).numRows).toBe(78);
  }, 300_000);

  it('are refused where no row is compared, and the flag where nothing is updated', async () => {
    const { runPath } = await copyTiny(join(root, 'within-batches'));
    await expect(updateRows(runPath, { keepRows: true })).rejects.toThrow(
      'expected for --keep-rows a run that tells pictures from rows of its bank (softmax, nce, infonce), got one of the loss batch',
    );
    expect(await here(['train', pictures, '--out', join(root, 'none'), '--keep-rows'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('keepRows: expected only with --update'),
    });
  }, 180_000);
});

describe('an update that draws new pictures alone', () => {
  it('leaves the rows of the others, with whose help it learns', async () => {
    const { out } = await ownRun('only-new');
    const more = await drawPictures(join(root, 'only-new', 'more'), 2, 200);
    await updateRun({ out, paths: [more], epochs: 1, onlyNew: true });
    expect((await configOf(out)).updates).toMatchObject([{ numPictures: 96, numLearnt: 96, firstPlace: 72 }]);
    const [before, after] = [await stored(made), await stored(out)];
    expect(rowsOf(after.rows, placesFrom(0, 72))).toEqual(before.rows);
    // Two steps of 16, of 24 pictures.
    expect(await (await RunFolder.open(out)).latestCheckpoint()).toBe(5 + 2);
    const seen = rowsOf(after.rows, placesFrom(72, 24));
    const first = join(root, 'only-new', 'rows');
    await cp(made, first, { recursive: true });
    await updateRows(first, { paths: [more] });
    const begun = rowsOf((await stored(first)).rows, placesFrom(72, 24));
    for (const row of placesFrom(0, 24)) expect(rowsOf(seen, [row])).not.toEqual(rowsOf(begun, [row]));
    // With what comes later, it draws from all.
    await updateRun({ out, epochs: 1 });
    expect((await configOf(out)).updates.at(-1)).not.toHaveProperty('firstPlace');
  }, 240_000);

  it('is refused where they are fewer than a batch', async () => {
    const { out } = await ownRun('too-few');
    const more = await drawPictures(join(root, 'too-few', 'more'), 1, 300);
    await expect(updateRun({ out, paths: [more], onlyNew: true })).rejects.toThrow(
      'expected for --only-new as many pictures that no training has seen as a batch takes, 16, got 12. Leave out --only-new.',
    );
    expect((await configOf(out)).updates).toEqual([]);
  });
});
