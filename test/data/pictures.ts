/** @file Small pictures and temporary folders for the tests of the data layer. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach } from 'vitest';
import { Random } from '#src/core/random.js';
import type { Picture, Rgb } from '#src/data/picture.js';

/** A fresh folder for each test of the file, gone afterwards; call the result for its path. */
export function useTempDir(): () => string {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'instdisc-data-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  return () => dir;
}

/** Pixels at random. */
export function noise(width: number, height: number, seed = 1): Rgb {
  const random = new Random(seed, 'draw');
  return { width, height, pixels: Uint8Array.from({ length: 3 * width * height }, () => random.integer(256)) };
}

/** Pixels that change slowly, so that lossy compression keeps them. */
export function gradient(width: number, height: number): Rgb {
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.set([(255 * x) / width, (255 * y) / height, 100], 3 * (y * width + x));
    }
  }
  return { width, height, pixels };
}

/** For encoding: `encoder(rgb).png().toFile(path)`. */
export function encoder({ width, height, pixels }: Rgb): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** An encoded file of the size as a scan would give it; the facts of the file are made up. */
export function pictureAt(path: string, width: number, height: number): Picture {
  return { id: path, label: undefined, path, size: 1, mtimeMs: 1, width, height, planes: undefined };
}

/** A black PNG of one bit a pixel: small on disk, whatever its size in memory. */
export function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, contents: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), contents]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(contents.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
