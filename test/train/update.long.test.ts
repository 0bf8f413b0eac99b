import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import type { EpochRecord, TrainEvent } from '#src/run/events.js';
import { digestOf } from '#src/store/files/digest.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { updateRun } from '#src/train/update.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { configOf } from '../run/update/changed-run.js';
import { copyTiny } from '../server/tiny-run.js';

const root = tempFolder();
let made: string;
let more: string;
beforeAll(async () => {
  made = (await copyTiny(join(root, 'made'))).runPath;
  more = await drawPictures(join(root, 'more'), 1, 100);
}, 180_000);

async function copyNamed(name: string): Promise<string> {
  await cp(made, join(root, name), { recursive: true, preserveTimestamps: true });
  return join(root, name);
}

/** SHA-256 of all that a training has made, and its records without what the clock measured. */
async function bytesOfRun(out: string) {
  const folder = await RunFolder.open(out);
  const checkpoint = folder.checkpointPath((await folder.latestCheckpoint())!);
  const names = (await readdir(checkpoint)).filter((name) => name.endsWith('.safetensors'));
  const files = [...names.map((name) => join(checkpoint, name)), folder.encoderPath, folder.featuresPath];
  const digests = await Promise.all(files.map(async (file) => digestOf(await readFile(file))));
  const records = ((await folder.readLog()) as EpochRecord[]).map(
    ({ seconds, picturesPerSecond, ...record }) => record,
  );
  return { digests, records };
}

describe('an update that trains', () => {
  it('goes on over old and new pictures, to the same bytes if it is interrupted, and with a rate of its own', async () => {
    const [whole, stopped] = [await copyNamed('whole'), await copyNamed('stopped')];
    const options = { paths: [more], epochs: 2 };
    expect(await updateRun({ out: whole, ...options })).toBe('finished');
    const expected = await bytesOfRun(whole);

    const stop = new AbortController();
    const onEvent = ({ kind }: TrainEvent): void => {
      if (kind === 'checkpoint') stop.abort();
    };
    const often = { checkpointMinutes: 1e-5 };
    expect(await updateRun({ out: stopped, ...options, ...often, onEvent, signal: stop.signal })).toBe('stopped');
    expect((await bytesOfRun(stopped)).digests).not.toEqual(expected.digests);
    expect(await train({ out: stopped, resume: true })).toBe('finished');
    expect(await bytesOfRun(stopped)).toEqual(expected);

    const { settings, updates } = await configOf(whole);
    const lr = (await configOf(made)).settings.lr;
    expect(settings).toMatchObject({ epochs: 2, lr, schedule: 'cosine', warmup: 0 });
    expect(updates).toMatchObject([
      { numPictures: 84, numLearnt: 84, firstStep: 10, firstEpoch: 2, before: { progression: [0.75] } },
    ]);
    // Two epochs of five steps before, and two of six since.
    const { records } = expected;
    expect(records.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 5],
      [2, 10],
      [3, 16],
      [4, 22],
    ]);
    expect(records[2]!.lr).toBeCloseTo((lr * (1 + Math.cos((Math.PI * 5) / 12))) / 2, 12);
  }, 240_000);

  it('trains as much as new pictures ask for, and leaves that out where it is spared', async () => {
    const [spared, trained] = [await copyNamed('spared'), await copyNamed('trained')];
    await updateRun({ out: spared, paths: [more], isSpared: true });
    expect((await configOf(spared)).updates).toMatchObject([{ numPictures: 84, numLearnt: 72, firstStep: -2 }]);
    // They still count as new.
    await updateRun({ out: spared });
    expect((await configOf(spared)).updates).toHaveLength(1);
    await updateRun({ out: trained, paths: [more] });
    expect((await configOf(trained)).updates).toMatchObject([{ numLearnt: 84, firstStep: 10 }]);
    expect((await configOf(trained)).settings.epochs).toBe(1);
  }, 240_000);

  it('refuses what contradicts itself, and leaves the run as it was', async () => {
    const out = await copyNamed('refused');
    await expect(updateRun({ out, epochs: 1, minutes: 1 })).rejects.toThrow(ArgumentError);
    await expect(updateRun({ out, epochs: -1 })).rejects.toThrow('epochs');
    await expect(updateRun({ out, lr: -1, paths: [more] })).rejects.toThrow('lr');
    expect((await configOf(out)).updates).toEqual([]);
    const folder = await RunFolder.open(out);
    const path = folder.checkpointPath((await folder.latestCheckpoint())!, 'optimizer');
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await expect(updateRun({ out, paths: [more] })).rejects.toThrow(
      `Mend it first: instdisc train --out ${out} --resume`,
    );
    expect((await configOf(out)).updates).toEqual([]);
  });
});
