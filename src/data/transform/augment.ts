/**
 * @file The random transform of training: RandomResizedCrop, RandomHorizontalFlip, ColorJitter, RandomGrayscale and
 * Normalize, with the meaning they have in torchvision on float tensors; before them padding, and turns by quarters.
 */

import { ArgumentError } from '../../core/errors.js';
import type { Random } from '../../core/random.js';
import type { Rgb } from '../picture.js';
import { CropCanvas } from './crop-canvas.js';
import type { PerChannel } from './normalise.js';
import { type Fit, fitted } from './pad.js';
import type { Box } from './resample.js';

export interface Augmentation {
  /** Whether a long picture is made square before a crop is drawn; default `crop`, as it is. */
  readonly fit?: Fit;
  /** Least and greatest part of the area that a crop covers, 0 < low ≤ high ≤ 1. */
  readonly scale: readonly [number, number];
  /** Probability of mirroring left to right. */
  readonly flip: number;
  /** Ways up: 1 as it is (default), 2 also upside down, 4 all quarter turns; one is drawn. */
  readonly turns?: Turns;
  /** Factors are drawn from [max(0, 1 − b), 1 + b]; the hue is turned by [−hue, hue] turns, hue ≤ 0.5. 0 leaves out. */
  readonly jitter: {
    readonly brightness: number;
    readonly contrast: number;
    readonly saturation: number;
    readonly hue: number;
  };
  /** Probability of a grey picture. */
  readonly greyscale: number;
  readonly mean: PerChannel;
  readonly std: PerChannel;
}

/** In how many ways up a picture may be shown. */
const TURNS = [1, 2, 4] as const;
export type Turns = (typeof TURNS)[number];

/** Width to height of a crop, least and greatest (torchvision's default). */
const RATIO = [3 / 4, 4 / 3] as const;
const ATTEMPTS = 10;

/**
 * A box of random area and shape (torchvision's RandomResizedCrop.get_params).
 *
 * @param scale part of the area; if ten draws do not fit, the central box of the nearest shape that is allowed
 * @param content in which the middle of the box has to lie; default anywhere
 */
export function drawCrop(
  width: number,
  height: number,
  scale: readonly [number, number],
  random: Random,
  content: Box = { left: 0, top: 0, width, height },
): Box {
  const [least, greatest] = RATIO;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = width * height * random.uniform(scale[0], scale[1]);
    const ratio = Math.exp(random.uniform(Math.log(least), Math.log(greatest)));
    const w = Math.round(Math.sqrt(area * ratio));
    const h = Math.round(Math.sqrt(area / ratio));
    if (w >= 1 && w <= width && h >= 1 && h <= height) {
      const box = { top: random.integer(height - h + 1), left: random.integer(width - w + 1), width: w, height: h };
      if (isMiddleIn(box, content)) return box;
    }
  }
  const h = width / height < least ? Math.round(width / least) : height;
  const w = width / height > greatest ? Math.round(height * greatest) : width;
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

function isMiddleIn(box: Box, { left, top, width, height }: Box): boolean {
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

/** Applies an augmentation to one picture after the other, with the same scratch memory. */
export class Augmenter {
  readonly #augmentation: Augmentation;
  readonly #canvas: CropCanvas;

  /**
   * @param size side of the square result, in pixels
   * @throws {ArgumentError} if a setting is out of its range
   */
  constructor(size: number, augmentation: Augmentation) {
    checkAugmentation(augmentation);
    this.#augmentation = augmentation;
    this.#canvas = new CropCanvas(size);
  }

  /**
   * @param random the picture's own stream; the result depends on nothing else
   * @param out float32[3, size, size]; overwritten
   */
  apply(original: Rgb, random: Random, out: Float32Array): void {
    const { fit = 'crop', scale, flip, turns = 1, jitter, greyscale, mean, std } = this.#augmentation;
    const { picture, content } = fitted(original, fit);
    const box = drawCrop(picture.width, picture.height, scale, random, content);
    const mirrored = random.uniform() < flip;
    const canvas = this.#canvas;
    canvas.draw(picture, box, mirrored);
    // No number is drawn for what is not asked for, so that earlier trainings stay as they were.
    if (turns > 1) canvas.turn(random.integer(turns) * (4 / turns));
    applyJitter(canvas, jitter, random);
    if (random.uniform() < greyscale) canvas.toGreyscale();
    canvas.normalise(mean, std);
    canvas.copyTo(out);
  }
}

/** The four changes of colour in random order. */
function applyJitter(canvas: CropCanvas, jitter: Augmentation['jitter'], random: Random): void {
  const { brightness, contrast, saturation, hue } = jitter;
  for (const change of random.permutation(4)) {
    if (change === 0 && brightness > 0) canvas.adjustBrightness(drawFactor(brightness, random));
    if (change === 1 && contrast > 0) canvas.adjustContrast(drawFactor(contrast, random));
    if (change === 2 && saturation > 0) canvas.adjustSaturation(drawFactor(saturation, random));
    if (change === 3 && hue > 0) canvas.adjustHue(random.uniform(-hue, hue));
  }
}

function drawFactor(strength: number, random: Random): number {
  return random.uniform(Math.max(0, 1 - strength), 1 + strength);
}

function checkAugmentation({ scale, flip, turns = 1, jitter, greyscale, std }: Augmentation): void {
  const check = (name: string, holds: boolean, expected: string, value: unknown): void => {
    if (!holds) throw new ArgumentError(`${name}: expected ${expected}, got ${value}`);
  };
  check('scale', 0 < scale[0] && scale[0] <= scale[1] && scale[1] <= 1, 'low, high with 0 < low ≤ high ≤ 1', scale);
  check('flip', flip >= 0 && flip <= 1, 'a probability', flip);
  check('turns', TURNS.includes(turns), TURNS.join(' or '), turns);
  check('greyscale', greyscale >= 0 && greyscale <= 1, 'a probability', greyscale);
  check('hue', jitter.hue >= 0 && jitter.hue <= 0.5, 'a number in [0, 0.5]', jitter.hue);
  for (const name of ['brightness', 'contrast', 'saturation'] as const) {
    check(name, jitter[name] >= 0, 'a number ≥ 0', jitter[name]);
  }
  check('std', Math.min(...std) > 0, 'three positive numbers', std);
}
