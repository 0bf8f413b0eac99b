/** @file What the examples learn from: the demo's drawn pictures, of twelve kinds of thing, and random crops of them. */
import { Augmenter, drawPicture, KIND_NAMES, type Rgb } from 'instdisc';
import { Random } from 'instdisc/nn';
import sharp from 'sharp';

/** Side of pictures and crops, in pixels. */
export const SIZE = 24;
export const NUM_KINDS = KIND_NAMES.length;
const [PIXELS, NUMBERS, MEAN, STD] = [SIZE * SIZE, 3 * SIZE * SIZE, 0.5, 0.25];

/** Kind of a drawn picture. It serves to measure, never to learn. */
export function kindOf(index: number): number {
  return index % NUM_KINDS;
}

/** Draws the pictures first … first + count − 1; both in dozens, so that there are as many of each kind. */
export function draw(count: number, first: number): Promise<Rgb[]> {
  const all = Array.from({ length: count }, async (_, i) => {
    const kind = KIND_NAMES[kindOf(i)]!;
    const drawing = Buffer.from(drawPicture(kind, new Random(0, 'draw', kindOf(i), first + i), SIZE));
    return { width: SIZE, height: SIZE, pixels: await sharp(drawing).removeAlpha().raw().toBuffer() };
  });
  return Promise.all(all);
}

const augmenter = new Augmenter(SIZE, {
  scale: [0.3, 1],
  flip: 0.5,
  jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4 },
  greyscale: 0.5,
  mean: [MEAN, MEAN, MEAN],
  std: [STD, STD, STD],
});

/**
 * A random crop of each picture, mirrored or not, in other colours or in grey.
 *
 * @param seed another one gives other crops of the same pictures
 * @returns float32[indices, 3, SIZE, SIZE]
 */
export function crops(pictures: readonly Rgb[], indices: Uint32Array, seed: number): Float32Array {
  const images = new Float32Array(indices.length * NUMBERS);
  indices.forEach((index, i) => {
    const image = images.subarray(i * NUMBERS, (i + 1) * NUMBERS);
    augmenter.apply(pictures[index]!, new Random(0, 'augment', seed, index), image);
  });
  return images;
}

/** The pictures as they are. @returns float32[pictures, 3, SIZE, SIZE] */
export function whole(pictures: readonly Rgb[]): Float32Array {
  const images = new Float32Array(pictures.length * NUMBERS);
  pictures.forEach(({ pixels }, i) => {
    // From pixels of red, green and blue to three planes.
    for (let at = 0; at < NUMBERS; at++) {
      const byte = pixels[3 * (at % PIXELS) + Math.floor(at / PIXELS)]!;
      images[i * NUMBERS + at] = (byte / 255 - MEAN) / STD;
    }
  });
  return images;
}
