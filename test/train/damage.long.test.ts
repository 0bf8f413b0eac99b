/** What a run with damaged files still gives: the same bytes after --resume, the same encoder, or an error with the path. */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { parseRunConfig } from '#src/run/config.js';
import type { TrainEvent } from '#src/run/events.js';
import { exportRun } from '#src/run/export-run.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { preparePictures } from '#src/train/training-pictures.js';
import { drawPictures, makeOld, tempFolder } from '../cli/cli.js';

const root = tempFolder();
const whole = join(root, 'whole');
let numCopies = 0;

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 4);
  const settings = { width: 4, size: 16, batch: 16, epochs: 3, warmup: 0, localCrops: 0 };
  await train({ paths: [pictures], out: whole, settings, threads: 1 });
});

/** A copy of the run, to be damaged. */
async function copy(): Promise<{ path: string; newest: string; older: string }> {
  const path = join(root, `copy-${numCopies++}`);
  await cp(whole, path, { recursive: true, preserveTimestamps: true });
  const folder = join(path, 'checkpoints');
  const [older, newest] = (await readdir(folder)).sort().map((name) => join(folder, name)) as [string, string];
  return { path, newest, older };
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(path, bytes);
}

/** Files of the newest checkpoint and the encoder. */
async function results(path: string): Promise<Record<string, Buffer>> {
  const newest = join(path, 'checkpoints', (await readdir(join(path, 'checkpoints'))).sort().at(-1)!);
  const files = (await readdir(newest)).sort().map((name) => join(newest, name));
  const entries = [...files, join(path, 'encoder.onnx')]
    // Of the state, the seconds that the clock measured differ, and with them its digest.
    .filter((file) => !file.endsWith('.json'))
    .map(async (file) => [basename(file), await readFile(file)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function resume(path: string): Promise<string[]> {
  const told: string[] = [];
  const onEvent = (event: TrainEvent): void => {
    if (event.kind === 'damaged') told.push(event.message);
  };
  await train({ out: path, resume: true, onEvent });
  return told;
}

/** The first that --resume does. */
async function prepare(path: string): Promise<string[]> {
  const told: string[] = [];
  const run = await RunFolder.resume(path);
  const config = parseRunConfig(run.config, path);
  const onEvent = (event: TrainEvent): void => {
    if (event.kind === 'damaged') told.push(event.message);
  };
  await preparePictures(run, config, async () => config, onEvent, undefined).finally(() => run.close());
  return told;
}

describe('a training that is resumed', () => {
  it.each([
    ['cut short', (text: string) => text.slice(0, -2), 'those of 1 epoch'],
    ['gone', () => '', 'those of 0 epochs'],
    ['with another number', (text: string) => text.replace(/"loss":\d/, '"loss":9'), 'others'],
  ])('with its metrics %s says what is lost, and ends the same', async (_, change, got) => {
    const { path, newest, older } = await copy();
    await rm(newest, { recursive: true });
    const metrics = join(path, 'metrics.jsonl');
    const records = (await readFile(metrics, 'utf8')).split('\n').slice(0, 2);
    await writeFile(metrics, change(`${records.join('\n')}\n`));
    const step = Number(basename(older).slice('step-'.length));
    expect(await resume(path)).toEqual([
      `${metrics}: expected the records of 2 epochs that the checkpoint of step ${step} was saved with, got ${got}. What is missing cannot be made again; training is not harmed, and goes on.`,
    ]);
    expect(await results(path)).toEqual(await results(whole));
    // Said once: the next checkpoint knows of it.
    expect(await resume(path)).toEqual([]);
  });

  it('with its metrics whole, or a line further than its checkpoint, says nothing of them', async () => {
    const { path, newest } = await copy();
    await rm(newest, { recursive: true });
    expect(await resume(path)).toEqual([]);
  });

  // What only training reads; test/store/damage.test.ts has the others.
  it('with one bit of the optimizer flipped goes on from the checkpoint before, says so, and ends the same', async () => {
    const { path, newest, older } = await copy();
    await flip(join(newest, 'optimizer.safetensors'));
    const told = await resume(path);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(join(newest, 'optimizer.safetensors'));
    expect(told[0]).toContain(`. An older checkpoint, ${older}, is used instead.`);
    expect(await results(path)).toEqual(await results(whole));
    expect(await readdir(join(path, 'checkpoints'))).toEqual([basename(older), basename(newest)]);
  });

  it('with no whole checkpoint stops with the path, and leaves all as it is', async () => {
    const { path, newest, older } = await copy();
    for (const folder of [newest, older]) await flip(join(folder, 'bank.safetensors'));
    const resuming = resume(path);
    await expect(resuming).rejects.toMatchObject({ exitCode: 4 });
    await expect(resuming).rejects.toThrow(join(newest, 'bank.safetensors'));
    expect((await readdir(join(path, 'checkpoints'))).sort()).toEqual([basename(older), basename(newest)]);
  });

  it('writes a damaged encoder anew', async () => {
    const { path } = await copy();
    await writeFile(join(path, 'encoder.onnx'), 'garbage');
    await resume(path);
    expect(await results(path)).toEqual(await results(whole));
  });

  it('says which line of its metrics is damaged', async () => {
    const { path } = await copy();
    await writeFile(join(path, 'metrics.jsonl'), '{"epoch":\nnull\n');
    await expect(resume(path)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/metrics\.jsonl, line 1: expected an object in JSON, got/),
    });
  });
});

describe('a damaged cache', () => {
  it('stops a training as it reads it, and is decoded anew by --resume, to the same bytes', async () => {
    const { path, newest } = await copy();
    // One epoch is left to be trained.
    await rm(newest, { recursive: true });
    const pixels = join(path, 'cache', 'pixels.bin');
    const bytes = await readFile(pixels);
    await writeFile(pixels, bytes.fill(0, bytes.length >> 2, bytes.length >> 1));
    const stopped = resume(path);
    await expect(stopped).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/pixels\.bin: expected the pixels of picture \d+, of CRC-32 .*--resume decodes/),
    });
    expect(await resume(path)).toEqual([expect.stringContaining('They are decoded now.')]);
    expect(await results(path)).toEqual(await results(whole));
    expect(await readdir(join(path, 'cache'))).not.toContain('damaged');
    expect(await readFile(pixels)).toEqual(await readFile(join(whole, 'cache', 'pixels.bin')));
  });

  for (const name of ['sizes.bin', 'checksums.bin', 'manifest.jsonl', 'cache.json']) {
    it(`with a ${name} that is damaged or gone is found on opening, and decoded anew before going on`, async () => {
      const { path } = await copy();
      const file = join(path, 'cache', name);
      if (name === 'cache.json') await rm(file);
      else await flip(file);
      await expect(openRun(path, { threads: 1 })).rejects.toMatchObject({
        exitCode: 4,
        message: expect.stringContaining(join(path, 'cache')),
      });
      expect(await prepare(path)).toHaveLength(1);
      for (const each of ['sizes.bin', 'checksums.bin', 'pixels.bin']) {
        expect(await readFile(join(path, 'cache', each))).toEqual(await readFile(join(whole, 'cache', each)));
      }
      await (await openRun(path, { threads: 1 })).release();
    });
  }

  it('is kept where the pictures are not as they were', async () => {
    const { path } = await copy();
    const manifest = join(path, 'cache', 'manifest.jsonl');
    await flip(manifest);
    const damaged = await readFile(manifest);
    const [kind] = await readdir(join(root, 'pictures'));
    const [name] = await readdir(join(root, 'pictures', kind!));
    const picture = join(root, 'pictures', kind!, name!);
    await rename(picture, join(root, 'taken'));
    await expect(resume(path)).rejects.toThrow(
      'expected the pictures it was trained on, to decode them anew, got others',
    );
    expect(await readFile(manifest)).toEqual(damaged);
    await rename(join(root, 'taken'), picture);
    expect(await resume(path)).toHaveLength(1);
  });
});

describe('a run that is opened', () => {
  it('with a damaged checkpoint answers with bank and encoder of the one before, and says so', async () => {
    const { path, newest, older } = await copy();
    await flip(join(newest, 'bank.safetensors'));
    const told: string[] = [];
    const damaged = await openRun(path, { threads: 1, onDamage: ({ message }) => told.push(message) });
    expect(damaged.step).toBe(Number(basename(older).slice(5)));
    expect(told).toEqual([expect.stringContaining(join(newest, 'bank.safetensors'))]);

    // The same as a run that never had the newer one.
    await rm(newest, { recursive: true });
    const before = await openRun(path, { threads: 1 });
    const images = Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => Math.sin(i));
    expect(damaged.bank).toEqual(before.bank);
    expect(damaged.encoderKey).toBe(before.encoderKey);
    expect(await damaged.encode(images, 1)).toEqual(await before.encode(images, 1));
    const undamaged = await openRun(whole, { threads: 1 });
    expect(await undamaged.trainedEncoder.encode(images, 1)).not.toEqual(await before.encode(images, 1));
    for (const run of [damaged, before, undamaged]) await run.release();
  });

  it('with a damaged checkpoint is an error where nobody is there to be told', async () => {
    const { path, newest } = await copy();
    await flip(join(newest, 'weights.safetensors'));
    await expect(openRun(path, { threads: 1 })).rejects.toThrow(RunError);
    await expect(openRun(path, { threads: 1 })).rejects.toThrow(
      /--resume goes on from the checkpoint of step \d+, which is whole\.$/,
    );
  });

  for (const [what, content, version] of [
    ['garbage', 'garbage', 'this'],
    ['missing', undefined, 'this'],
    ['empty', '', '0.1'],
  ] as const) {
    it(`with an encoder that is ${what}, of ${version} version, makes it from the weights, and exports that`, async () => {
      const { path, newest } = await copy();
      if (version === '0.1') await makeOld(newest);
      const file = join(path, 'encoder.onnx');
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
      const told: string[] = [];
      const onDamage = ({ message }: Error): unknown => told.push(message);
      const run = await openRun(path, { threads: 1, onDamage });
      await run.release();
      expect(Buffer.from(run.encoder)).toEqual(await readFile(join(whole, 'encoder.onnx')));
      const exported = join(path, 'exported.onnx');
      await exportRun(path, exported, { onDamage });
      expect(await readFile(exported)).toEqual(await readFile(join(whole, 'encoder.onnx')));
      expect(told).toEqual([expect.stringContaining(`${file}: expected the encoder`), told[0]]);
    });
  }

  it('with one bit of the encoder flipped takes it for what it is, with and without a digest', async () => {
    const { path, newest } = await copy();
    await flip(join(path, 'encoder.onnx'));
    for (const isOld of [false, true]) {
      if (isOld) await makeOld(newest);
      const told: unknown[] = [];
      const run = await openRun(path, { threads: 1, onDamage: (damage) => told.push(damage) });
      await run.release();
      expect(told).toHaveLength(1);
      expect(Buffer.from(run.encoder)).toEqual(await readFile(join(whole, 'encoder.onnx')));
    }
  });

  it('between a checkpoint and its encoder has the encoder made, and nothing to tell', async () => {
    const { path, newest, older } = await copy();
    // As a crash leaves it: the encoder of the checkpoint before.
    await mkdir(join(root, 'aside'), { recursive: true });
    await cp(newest, join(root, 'aside', basename(newest)), { recursive: true });
    await rm(newest, { recursive: true });
    const before = await openRun(path, { threads: 1 });
    await before.release();
    await writeFile(join(path, 'encoder.onnx'), before.encoder);
    await cp(join(root, 'aside', basename(newest)), newest, { recursive: true });
    expect(await (await RunFolder.open(path)).isEncoderOf(Number(basename(older).slice(5)), before.encoder)).toBe(true);
    const told: unknown[] = [];
    const run = await openRun(path, { threads: 1, onDamage: (damage) => told.push(damage) });
    await run.release();
    expect(told).toEqual([]);
    expect(Buffer.from(run.encoder)).toEqual(await readFile(join(whole, 'encoder.onnx')));
  });
});
