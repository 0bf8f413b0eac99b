/** @file Folders of JPEG files to read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '#src/core/random.js';

/** Side of the patches of plain colour that pictures are made of, blurred and strewn with noise, as photos are. */
const PATCH = 16;
const NOISE = 6;

/** Writes `count` different pictures, JPEG of quality 90, to a folder that is removed when it goes out of scope. */
export async function jpegFolder(
  count: number,
  width: number,
  height: number,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'instdisc-bench-'));
  const random = new Random(0, 'sample');
  const across = Math.ceil(width / PATCH);
  const down = Math.ceil(height / PATCH);
  for (let i = 0; i < count; i++) {
    const patches = Uint8Array.from({ length: across * down * 3 }, () => random.integer(256));
    const smooth = await sharp(patches, { raw: { width: across, height: down, channels: 3 } })
      .resize({ width, height, fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    // Clamped by its type.
    const pixels = Uint8ClampedArray.from(smooth, (level) => level + NOISE * random.normal());
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(join(path, `${i}.jpg`));
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
