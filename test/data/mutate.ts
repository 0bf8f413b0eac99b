/** @file Damaged pictures, drawn from a seed. */
import sharp from 'sharp';
import { Random } from '#src/core/random.js';
import { noise } from './pictures.js';
import { tiff } from './tiff-writer.js';

/** Whole pictures of every kind that is read, small. */
export async function wholePictures(): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const { width, height, pixels } = noise(40, 30);
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  const formats = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
  const encoded = formats.map(async (name) => ({
    name,
    bytes: await image
      .clone()
      .toFormat(name, { compression: name === 'tiff' ? 'lzw' : undefined } as object)
      .toBuffer(),
  }));
  const progressive = { name: 'progressive', bytes: await image.clone().jpeg({ progressive: true }).toBuffer() };
  const float = {
    name: 'float',
    bytes: tiff(Array.from(pixels, Number), { ...{ width: 3 * width, height }, bits: 32, format: 3 }),
  };
  return [...(await Promise.all(encoded)), progressive, float];
}

/** One of: some bytes overwritten, the end cut off, a stretch of zeros, a piece left out or put in twice. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(bytes.length);
  const to = Math.min(bytes.length, at + 1 + random.integer(64));
  switch (random.integer(5)) {
    case 0: {
      const copy = Buffer.from(bytes);
      for (let i = 0; i < 1 + random.integer(20); i++) copy[random.integer(copy.length)] = random.integer(256);
      return copy;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.from(bytes).fill(0, at, to);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    default:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
  }
}

/** Damaged pictures `first` to `first + count` of a seed, in turn of each kind. */
export async function mutatedPictures(
  seed: number,
  count: number,
): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  const whole = await wholePictures();
  const random = new Random(seed, 'draw');
  return Array.from({ length: count }, (_, i) => {
    const { name, bytes } = whole[i % whole.length]!;
    return { name: `${String(i).padStart(4, '0')}.${name}.jpg`, bytes: mutate(bytes, random) };
  });
}
