/** @file What a training looks for in its pictures before it begins: their colours, and whether they have an up. */
import { setImmediate } from 'node:timers/promises';
import { Random } from '../core/random.js';
import type { PictureCache } from '../data/cache/cache.js';
import { Resampler } from '../data/transform/resample.js';
import { LOOK_SIDE, type Recognised, recognised } from './recognised.js';

/** With fewer, what can be told of one half says too little about the other. */
const LEAST_PICTURES = 1000;
const MOST_PICTURES = 2000;
/** Of a picture's pixels, brightest channel less darkest, on average: below it, it looks grey. */
const GREY = 0.02;
/** Pictures that may be coloured all the same. */
const COLOURED = 0.1;
/** Pictures looked at between two moments in which something else may happen. */
const SLICE = 50;

export interface Looked {
  readonly numPictures: number;
  readonly isGrey: boolean;
  /** Not where there are too few pictures. */
  readonly recognised?: Recognised;
}

/** Looks at up to 2000 pictures of a cache, drawn by the seed. @throws the signal's reason */
export async function look(cache: PictureCache, seed: number, signal: AbortSignal | undefined): Promise<Looked> {
  const order = new Random(seed, 'sample', 1).permutation(cache.length).subarray(0, MOST_PICTURES).sort();
  const resampler = new Resampler();
  const size = { width: LOOK_SIDE, height: LOOK_SIDE };
  const window = { left: 0, top: 0, size: LOOK_SIDE };
  const pictures: Float32Array[] = [];
  for (const place of order) {
    if (pictures.length % SLICE === 0) await setImmediate();
    signal?.throwIfAborted();
    const picture = cache.read(place);
    const image = new Float32Array(3 * LOOK_SIDE ** 2);
    const { width, height } = picture;
    resampler.resample(picture, { left: 0, top: 0, width, height }, size, window, false, image);
    pictures.push(image);
  }
  const coloured = pictures.filter((picture) => chromaOf(picture) >= GREY).length;
  return {
    numPictures: pictures.length,
    isGrey: coloured < COLOURED * pictures.length,
    ...(pictures.length >= LEAST_PICTURES && { recognised: recognised(pictures) }),
  };
}

/** Mean over the pixels of the largest channel less the smallest. */
function chromaOf(picture: Float32Array): number {
  const area = LOOK_SIDE ** 2;
  let sum = 0;
  for (let i = 0; i < area; i++) {
    const rgb = [picture[i]!, picture[area + i]!, picture[2 * area + i]!] as const;
    sum += Math.max(...rgb) - Math.min(...rgb);
  }
  return sum / area;
}
