/**
 * @file Augmented batches: cold, from JPEG files through the cache, beside decoding alone; and from the cache, as in
 * every epoch after the first, beside the speed of memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Loader } from '#src/data/batches/loader.js';
import { Sampler } from '#src/data/batches/sampler.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheShortSide } from '#src/data/cache/cache-format.js';
import type { Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { RECIPES } from '#src/method/recipes.js';
import { jpegFolder } from './pictures.js';
import { type Options, type ReportRow, row } from './report.js';
import { inTurn, median, medianSeconds } from './timing.js';

const { crop, flip, jitter, greyscale, mean, std } = RECIPES.cifar10;
const [brightness, contrast, saturation, hue] = jitter;
const AUGMENTATION = { scale: crop, flip, jitter: { brightness, contrast, saturation, hue }, greyscale, mean, std };

export async function data({ rounds, threads }: Options): Promise<ReportRow[]> {
  return [
    ...(await rowsOf({ count: 2000, width: 32, height: 32, size: 32, batch: 100 }, rounds, threads)),
    ...(await rowsOf({ count: 400, width: 640, height: 480, size: 96, batch: 40 }, rounds, threads)),
  ];
}

interface Work {
  /** Files, and the pixels of each. */
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Side of the crops. */
  readonly size: number;
  readonly batch: number;
}

async function rowsOf(
  { count, width, height, size, batch }: Work,
  rounds: number,
  workers: number,
): Promise<ReportRow[]> {
  await using folder = await jpegFolder(count, width, height);
  const cacheDir = await mkdtemp(join(tmpdir(), 'instdisc-bench-'));
  const epoch = async (loader: Loader): Promise<void> => {
    for (let step = 0; step < count / batch; step++) await loader.next();
  };
  const open = (): Loader =>
    new Loader(
      { cacheDir, size, augmentation: AUGMENTATION, seed: 0, workers },
      new Sampler({ pictures: count, batch, seed: 0 }),
      0,
    );
  const cold = async (): Promise<void> => {
    const { pictures } = await scan([folder.path]);
    await buildCache(pictures, cacheDir, { shortSide: cacheShortSide(size) });
    const loader = open();
    await epoch(loader);
    await loader.close();
  };
  const { pictures } = await scan([folder.path]);
  await cold();
  const loader = open();
  const [coldSeconds, decodeSeconds, cachedSeconds, bandwidth] = (await inTurn(
    [
      () => medianSeconds(cold, 1),
      () => medianSeconds(() => decodeAll(pictures), 1),
      () => medianSeconds(() => epoch(loader), 3),
      () => copyRate(),
    ],
    rounds,
  )) as [number[], number[], number[], number[]];
  await loader.close();
  await rm(cacheDir, { recursive: true });

  // A cached picture is read as bytes and written as float32.
  const [w, h] = [Math.min(width, (cacheShortSide(size) * width) / height), Math.min(height, cacheShortSide(size))];
  const bytes = 3 * w * h + 12 * size * size;
  const from = `JPEG ${width} × ${height} to ${size}`;
  return [
    row({
      work: `${from}, cold`,
      figures: coldSeconds.map((s) => count / s),
      unit: 'pictures/s',
      reached: count / median(coldSeconds),
      ceiling: count / median(decodeSeconds),
      ceilingUnit: 'decoded/s',
    }),
    row({
      work: `${from}, cached`,
      figures: cachedSeconds.map((s) => count / s),
      unit: 'pictures/s',
      reached: (count / median(cachedSeconds)) * (bytes / 1e9),
      ceiling: median(bandwidth) / 1e9,
      ceilingUnit: 'GB/s',
    }),
  ];
}

/** Decodes at full size and drops the pixels, several files at once. */
async function decodeAll(pictures: readonly Picture[]): Promise<void> {
  const left = pictures.values();
  const decodeRest = async (): Promise<void> => {
    for (const { path } of left) await sharp(path).raw().toBuffer();
  };
  await Promise.all([decodeRest(), decodeRest(), decodeRest(), decodeRest()]);
}

/** Bytes a second that one thread reads and writes when it copies memory. */
async function copyRate(): Promise<number> {
  const from = new Uint8Array(2 ** 27).fill(1);
  const to = new Uint8Array(from.length);
  return (2 * from.length) / (await medianSeconds(() => to.set(from), 3));
}
