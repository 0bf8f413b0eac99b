/** @file What is light on transparency is seen, wherever pictures are decoded. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeMontage } from '#src/cli/montage.js';
import { decodePicture } from '#src/data/decode/decode.js';
import { groundOf } from '#src/data/decode/ground.js';
import type { Decoded } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { THUMBNAIL_SIZES, Thumbnails } from '#src/server/thumbnails.js';
import { useTempDir } from '../pictures.js';

const dir = useTempDir();

/** A disc on transparency, as a file. */
async function disc(fill: string, format: 'png' | 'webp' | 'gif' | 'tiff' = 'png'): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="20" fill="${fill}"/></svg>`;
  const path = join(dir(), `disc-${fill}.${format}`);
  await sharp(Buffer.from(svg)).toFormat(format, { lossless: true, compression: 'lzw' }).toFile(path);
  return path;
}

async function decode(path: string): Promise<Decoded> {
  const { pictures } = await scan([path]);
  return decodePicture(pictures[0]!, 48);
}

/** Levels of red in a corner and in the middle. */
function cornerAndMiddle({
  width,
  height,
  pixels,
}: {
  width: number;
  height: number;
  pixels: Uint8Array;
}): [number, number] {
  return [pixels[0]!, pixels[3 * (Math.floor(height / 2) * width + Math.floor(width / 2))]!];
}

describe('the ground of a picture with transparency', () => {
  it.each(['png', 'webp', 'gif', 'tiff'] as const)('is black under white drawings, of a %s', async (format) => {
    const decoded = await decode(await disc('white', format));
    expect(cornerAndMiddle(decoded)).toEqual([0, 255]);
    expect(decoded.readings).toEqual(['dark']);
  });

  it.each(['black', 'red', 'gray'])('is white under %s ones, as ever', async (fill) => {
    const decoded = await decode(await disc(fill));
    expect(decoded.pixels[0]).toBe(255);
    expect(decoded.readings).toEqual([]);
  });

  it('does not matter where nothing is transparent', () => {
    const light = Uint8Array.from({ length: 4 * 100 }, (_, i) => (i % 4 === 3 ? 255 : 230 + (i % 20)));
    expect(groundOf(light)).toBe(255);
  });

  it('is the same in a thumbnail and a montage', async () => {
    const path = await disc('white');
    const webp = await new Thumbnails(dir()).render(
      { key: 'k', path, seenKey: 'key', cachePath: 'none', place: undefined },
      THUMBNAIL_SIZES[0],
    );
    const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const [corner, middle] = cornerAndMiddle({ ...info, pixels: data });
    expect(corner).toBeLessThan(8);
    expect(middle).toBeGreaterThan(247);
    const png = join(dir(), 'montage.png');
    await writeMontage(png, [{ query: path, neighbours: [{ path, similarity: 1 }] }], { thumb: 64 });
    const tile = await sharp(png).extract({ left: 20, top: 20, width: 64, height: 64 }).removeAlpha().raw().toBuffer();
    expect(cornerAndMiddle({ width: 64, height: 64, pixels: tile })).toEqual([0, 255]);
  });

  it('keeps white drawings apart from one another', async () => {
    const other = join(dir(), 'other.png');
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="20" height="64" fill="white"/></svg>';
    await writeFile(other, await sharp(Buffer.from(svg)).png().toBuffer());
    const [a, b] = [await decode(await disc('white')), await decode(other)];
    expect(a.pixels.filter((level, i) => level !== b.pixels[i]).length).toBeGreaterThan(a.pixels.length / 4);
  });
});
