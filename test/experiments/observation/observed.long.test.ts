/** What a training records of its fixed pictures, checked against the bank and the encoder it leaves behind. */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cachedEvalBatches } from '#src/data/batches/eval-batches.js';
import { openCache } from '#src/data/cache/cache.js';
import type { EpochRecord, StepReport } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../../cli/cli.js';

const root = tempFolder();
const settings = { width: 8, size: 16, batch: 16, epochs: 2, warmup: 0, localCrops: 0 };
const progressSeen: unknown[] = [];

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 4);
  const out = join(root, 'run');
  await train({
    paths: [pictures],
    out,
    settings,
    threads: 1,
    onEvent: ({ kind }) => {
      if (kind !== 'epoch') return;
      void RunFolder.open(out)
        .then((run) => run.readProgress())
        .then((progress) => progressSeen.push(progress));
    },
  });
  // The same pictures in one folder, and so without labels.
  const flat = join(root, 'flat');
  await mkdir(flat);
  for (const kind of await readdir(pictures))
    for (const file of await readdir(join(pictures, kind)))
      await copyFile(join(pictures, kind, file), join(flat, `${kind}-${file}`));
  await train({ paths: [flat], out: join(root, 'unlabelled'), settings, threads: 1 });
});

async function recordsOf(name: string): Promise<EpochRecord[]> {
  return (await (await RunFolder.open(join(root, name))).readLog()) as EpochRecord[];
}

describe.each(['run', 'unlabelled'])('the fixed queries of a training (%s)', (name) => {
  it('are the same pictures after every epoch', async () => {
    const records = await recordsOf(name);
    expect(records).toHaveLength(2);
    const [first, last] = records.map(({ queries }) => queries!.map(({ row }) => row));
    expect(first).toHaveLength(8);
    expect(last).toEqual(first);
  });

  it('find what a plain loop over the bank finds for the encoder of the checkpoint', async () => {
    const run = await openRun(join(root, name), { threads: 1 });
    const cache = openCache(join(root, name, 'cache'));
    const { queries } = (await recordsOf(name)).at(-1)!;
    for (const { row, rows, similarities } of queries!) {
      const batches = cachedEvalBatches(cache, { ...run.trainedEncoder.transform, batch: 1, places: [row] });
      const feature = await run.trainedEncoder.encode((await batches.next()).value!.images, 1);
      const similarityTo = (other: number): number =>
        feature.reduce((sum, x, i) => sum + x * run.bank.features[other * run.bank.dim + i]!, 0);
      const nearest = run.bank.ids
        .map((_, other) => other)
        .filter((other) => other !== row)
        .sort((a, b) => similarityTo(b) - similarityTo(a))
        .slice(0, 8);
      expect(rows).toEqual(nearest);
      similarities.forEach((similarity, i) => {
        expect(similarity).toBeCloseTo(similarityTo(nearest[i]!), 4);
      });
    }
    cache.close();
    await run.release();
  });
});

it('votes only where there are labels', async () => {
  for (const { knn } of await recordsOf('run')) expect(knn).toBeGreaterThanOrEqual(0);
  for (const { knn } of await recordsOf('unlabelled')) expect(knn).toBeUndefined();
});

it('tells its progress in the run folder while it goes on, and leaves none behind', async () => {
  expect(progressSeen[0]).toMatchObject({ steps: 6, epochs: 2 } satisfies Partial<StepReport>);
  expect(await readdir(join(root, 'run'))).not.toContain('progress.json');
});
