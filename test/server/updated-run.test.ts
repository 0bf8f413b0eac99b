import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { Decisions } from '#src/collection/duplicates/decisions.js';
import { openCollection } from '#src/collection/open-collection.js';
import { openRun } from '#src/run/open-run.js';
import { updateRows } from '#src/run/update/update-pictures.js';
import { metricsOf, withQueriesOf } from '#src/server/metrics.js';
import { RunService } from '#src/server/run-service.js';
import { Thumbnails } from '#src/server/thumbnails.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { ownTiny } from '../run/update/changed-run.js';

const root = tempFolder();

it('a service follows an update: rows, names, thumbnails, curves, and what was said of pictures', async () => {
  const { runPath, pictures } = await ownTiny(root);
  const more = await drawPictures(join(root, 'more'), 1, 100);
  const faults: string[] = [];
  const service = await RunService.open(runPath, { threads: 1 }, ({ message }) => faults.push(message));
  const thumbnails = new Thumbnails(runPath);
  try {
    expect(await service.run()).toMatchObject({ numPictures: 72, epochs: 2, updates: [] });
    const last = await service.picture(71);
    const seen = await thumbnails.render(await service.source(71), 64);
    expect((await service.metrics())[0]!.queries).toHaveLength(8);

    await service.label({ changes: [0, 5, 71].map((row) => ({ row, label: `said of ${row}` })), onlyNew: false });
    await service.decide({
      groups: [{ kind: 'similar', rows: [5, 71], keepAll: true }],
      marks: [{ row: 71, stays: false }],
    });

    // The first picture goes, so that all others have other rows; the last one gets another name.
    await rm(join(pictures, (await service.picture(0)).name));
    await rename(join(pictures, last.name), join(pictures, 'renamed.jpg'));
    await updateRows(runPath, { paths: [more] });
    await vi.waitFor(async () => expect((await service.run()).numPictures).toBe(83), {
      timeout: 20_000,
      interval: 200,
    });

    const { updates, epochs, state } = await service.run();
    expect({ epochs, state }).toEqual({ epochs: 2, state: 'finished' });
    expect(updates).toMatchObject([{ number: 1, epoch: 2, added: 12, removed: 1, moved: 1, numPictures: 83 }]);
    expect((await service.picture(70)).name).toMatch(/renamed\.jpg$/);
    expect(await thumbnails.render(await service.source(70), 64)).toEqual(seen);
    const { neighbours } = await service.neighbours(82, { k: 3, comparePixels: false });
    expect(neighbours).toHaveLength(3);
    expect(await sharp(await thumbnails.render(await service.source(82), 64)).metadata()).toMatchObject({ width: 32 });
    expect((await service.explanation(82, { views: 1, negatives: 2, seed: 0 })).numRows).toBe(83);
    // What was said is of the bytes: of the picture that has another name as of one that has another row.
    expect((await service.labels()).labels).toEqual([
      { row: 4, label: 'said of 5' },
      { row: 70, label: 'said of 71' },
    ]);
    const run = await openRun(runPath, { threads: 1 });
    await run.release();
    const { pictures: known } = await openCollection(run);
    const decisions = await Decisions.read(runPath);
    expect(decisions.keepsAll('similar', [known[4]!, known[70]!])).toBe(true);
    expect(decisions.mark(known[70]!, true)).toBe(false);
    // What was found among other rows is not told of these.
    expect((await service.metrics()).map(({ epoch, queries }) => [epoch, queries])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
    expect(faults).toEqual([]);
  } finally {
    thumbnails.close();
    await service.close();
  }
}, 180_000);

it('queries are told of epochs since the last update that has taken pictures out', () => {
  const record = { loss: 1, similarity: 1, norm: 1, uniformity: -1, lr: 1, picturesPerSecond: 1, seconds: 1 };
  const queries = [{ row: 0, rows: [], similarities: [] }];
  const records = [5, 10, 16].map((step, i) => ({ ...record, epoch: i + 1, step, queries }));
  const update = { number: 1, at: '', version: '', epoch: 2, numPictures: 2, numLearnt: 2, added: 0, moved: 0 };
  const rest = { relabelled: 0, newRows: 'encoded', firstStep: 0, firstEpoch: 0, before: {} } as const;
  const told = (removed: number) =>
    metricsOf(withQueriesOf({ updates: [{ ...update, ...rest, step: 10, removed, changed: 0 }] }, records), (row) => ({
      ...{ row, name: '', label: null },
    })).map((each) => each.queries?.length);
  expect(told(0)).toEqual([1, 1, 1]);
  expect(told(1)).toEqual([undefined, undefined, 1]);
});
