/**
 * @file Whether one picture is another, or a part of it: their grey levels, laid over each other where they agree best. It
 * knows nothing of features, and decides where those only suggest.
 */
import type { Rgb } from '../picture.js';
import { type Pose, posedPlace } from './dihedral.js';

/** Longer side of what is compared, in pixels. */
const SIDE = 64;
/** Points of the smaller picture that are compared, along its longer side: first a few, in the end many. */
const COARSE = 16;
const FINE = 48;
/** A part has at least so much of the whole's sides. */
const LEAST_PART = 0.75;
/** Between parts that are tried. */
const PART_STEP = 0.03;
/** Pictures that agree so little at first are not looked at further; fine places are found only once near. */
const HOPELESS = 0.55;
const WHOLE = { part: 1, x: 0.5, y: 0.5 };

/** Grey levels in [0, 255], reduced so that single pixels and noise matter little. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** uint8[height, width] */
  readonly levels: Uint8Array;
  /** Of the picture that it was made of: width / height. */
  readonly aspect: number;
}

/** Where a picture lies in another. */
export interface Alignment {
  /** Correlation of the grey levels there, in [−1, 1]. */
  readonly correlation: number;
  /** The same of what is left of them without what is smooth: edges and texture. */
  readonly detail: number;
  /** How much of the whole's area the part is, in (0, 1]. */
  readonly area: number;
}

/** Means of rectangles of pixels. */
export function greyOf({ width, height, pixels }: Rgb): GreyPicture {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(scale * side))) as [number, number];
  const [sums, counts] = [new Float32Array(w * h), new Float32Array(w * h)];
  for (let y = 0; y < height; y++) {
    const row = w * Math.floor((y * h) / height);
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      const to = row + Math.floor((x * w) / width);
      sums[to]! += 0.299 * pixels[from]! + 0.587 * pixels[from + 1]! + 0.114 * pixels[from + 2]!;
      counts[to]!++;
    }
  }
  return {
    width: w,
    height: h,
    levels: Uint8Array.from(sums, (sum, i) => Math.round(sum / counts[i]!)),
    aspect: width / height,
  };
}

/** The same picture in another pose. */
export function posedGrey(picture: GreyPicture, pose: Pose): GreyPicture {
  const { levels, aspect } = picture;
  const { width, height, placeOf } = posedPlace(picture, pose);
  const isOnSide = pose.quarters % 2 === 1;
  return { width, height, levels: levels.map((_, i) => levels[placeOf(i)]!), aspect: isOnSide ? 1 / aspect : aspect };
}

/** Cells of a vector along each side, and points of a cell. */
const CELLS = 12;
const POINTS = 4;
/** Numbers of `greyVector`. */
export const GREY_DIM = CELLS * CELLS;

/** A place of a part in the whole. */
export interface PartPlace {
  /** Of the whole's sides, in (0, 1]. */
  readonly part: number;
  /** Of what is left over, how much lies to the left of it, and above; in [0, 1]. */
  readonly x: number;
  readonly y: number;
}

/** float32[GREY_DIM]: means of a grid of cells of a part, whatever its shape, without their mean; of length one, or zeros. */
export function greyVector(picture: GreyPicture, { part, x, y }: PartPlace): Float32Array {
  const [width, height] = [part * picture.width, part * picture.height];
  const [left, top] = [x * (picture.width - width), y * (picture.height - height)];
  const side = CELLS * POINTS;
  const points = new Float32Array(side * side);
  sample(picture, left, top, width, height, side, side, points);
  const vector = new Float32Array(GREY_DIM);
  for (const [i, level] of points.entries()) {
    const [row, column] = [Math.floor(i / side), i % side];
    vector[CELLS * Math.floor(row / POINTS) + Math.floor(column / POINTS)]! += level;
  }
  normalise(vector);
  return vector;
}

/**
 * Finds where a picture lies in another, if it is that one or at least three quarters of its sides, cut out without being
 * stretched.
 *
 * @param whole is as large as the part, or larger
 */
export function align(whole: GreyPicture, part: GreyPicture): Alignment {
  const coarse = new Grid(whole, part, COARSE);
  let best: PartPlace = WHOLE;
  let correlation = coarse.at(best);
  for (let size = 1; size >= LEAST_PART - 1e-6; size -= PART_STEP) {
    // About as far apart as points of the part are, of what is left over.
    const steps = Math.ceil((1 - size) * COARSE);
    for (let i = 0; i <= steps; i++) {
      for (let j = 0; j <= steps; j++) {
        const place = { part: size, x: steps === 0 ? 0.5 : i / steps, y: steps === 0 ? 0.5 : j / steps };
        const value = coarse.at(place);
        if (value > correlation) [best, correlation] = [place, value];
      }
    }
  }
  if (correlation < HOPELESS) return { correlation, detail: -1, area: coarse.areaOf(best) };
  const fine = new Grid(whole, part, FINE);
  [best, correlation] = climb(fine, best);
  return { correlation, detail: fine.detailAt(best), area: fine.areaOf(best) };
}

/** How well one picture agrees with another, whole with whole. */
export function agreement(one: GreyPicture, other: GreyPicture): Alignment {
  const grid = new Grid(one, other, FINE);
  return { correlation: grid.at(WHOLE), detail: grid.detailAt(WHOLE), area: 1 };
}

/** Goes to better places, in ever smaller steps, while there are any. */
function climb(grid: Grid, start: PartPlace): [PartPlace, number] {
  let [best, correlation] = [start, grid.at(start)];
  for (let step = PART_STEP / 2; step > 0.002; step /= 2) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      const { part, x, y } = best;
      // A step of place is a step of the part as seen in the whole.
      const move = Math.min(1, step / Math.max(0.02, 1 - part));
      const near: PartPlace[] = [
        { part, x: x - move, y },
        { part, x: x + move, y },
        { part, x, y: y - move },
        { part, x, y: y + move },
        { part: part - step, x, y },
        { part: part + step, x, y },
      ];
      for (const place of near) {
        if (place.part > 1 || place.part < LEAST_PART - step) continue;
        if (place.x < 0 || place.x > 1 || place.y < 0 || place.y > 1) continue;
        const value = grid.at(place);
        if (value > correlation + 1e-5) [best, correlation, isBetter] = [place, value, true];
      }
    }
  }
  return [best, correlation];
}

/** Points of a part, and what the whole has where they come to lie. */
class Grid {
  readonly #whole: GreyPicture;
  readonly #width: number;
  readonly #height: number;
  /** Levels of the part, without their mean; of length one. */
  readonly #own: Float32Array;
  readonly #ownDetail: Float32Array;
  readonly #other: Float32Array;
  /** Sides of the largest rectangle of the part's shape in the whole, in its pixels. */
  readonly #room: readonly [width: number, height: number];

  constructor(whole: GreyPicture, part: GreyPicture, side: number) {
    this.#whole = whole;
    const { aspect } = part;
    [this.#width, this.#height] = aspect >= 1 ? [side, Math.ceil(side / aspect)] : [Math.ceil(side * aspect), side];
    this.#room =
      aspect >= whole.aspect
        ? [whole.width, (whole.height * whole.aspect) / aspect]
        : [(whole.width * aspect) / whole.aspect, whole.height];
    this.#other = new Float32Array(this.#width * this.#height);
    this.#own = new Float32Array(this.#other.length);
    sample(part, 0, 0, part.width, part.height, this.#width, this.#height, this.#own);
    this.#ownDetail = detailOf(this.#own, this.#width, this.#height);
    normalise(this.#own);
    normalise(this.#ownDetail);
  }

  at(place: PartPlace): number {
    this.#sample(place);
    normalise(this.#other);
    return product(this.#own, this.#other);
  }

  detailAt(place: PartPlace): number {
    this.#sample(place);
    const detail = detailOf(this.#other, this.#width, this.#height);
    normalise(detail);
    return product(this.#ownDetail, detail);
  }

  areaOf({ part }: PartPlace): number {
    const [width, height] = this.#room;
    return (part * part * width * height) / (this.#whole.width * this.#whole.height);
  }

  #sample({ part, x, y }: PartPlace): void {
    const [width, height] = this.#room.map((side) => part * side) as [number, number];
    const [left, top] = [x * (this.#whole.width - width), y * (this.#whole.height - height)];
    sample(this.#whole, left, top, width, height, this.#width, this.#height, this.#other);
  }
}

/** Levels at the centres of a grid over a rectangle, between pixels by what lies around. */
function sample(
  { width, height, levels }: GreyPicture,
  left: number,
  top: number,
  boxWidth: number,
  boxHeight: number,
  numX: number,
  numY: number,
  out: Float32Array,
): void {
  for (let j = 0; j < numY; j++) {
    const y = Math.min(height - 1, Math.max(0, top + ((j + 0.5) * boxHeight) / numY - 0.5));
    const y0 = Math.floor(y);
    const y1 = Math.min(height - 1, y0 + 1);
    for (let i = 0; i < numX; i++) {
      const x = Math.min(width - 1, Math.max(0, left + ((i + 0.5) * boxWidth) / numX - 0.5));
      const x0 = Math.floor(x);
      const x1 = Math.min(width - 1, x0 + 1);
      const [fx, fy] = [x - x0, y - y0];
      const upper = levels[y0 * width + x0]! * (1 - fx) + levels[y0 * width + x1]! * fx;
      const lower = levels[y1 * width + x0]! * (1 - fx) + levels[y1 * width + x1]! * fx;
      out[j * numX + i] = upper * (1 - fy) + lower * fy;
    }
  }
}

/** What is left without the mean of the 5 × 5 points around each. */
function detailOf(levels: Float32Array, width: number, height: number): Float32Array {
  const REACH = 2;
  return levels.map((level, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v++) {
      for (let u = Math.max(0, x - REACH); u <= Math.min(width - 1, x + REACH); u++) {
        sum += levels[v * width + u]!;
        count++;
      }
    }
    return level - sum / count;
  });
}

/** Takes the mean away and brings to length one; what is all of one level becomes zeros. */
function normalise(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    values[i]! -= mean;
    squares += values[i]! ** 2;
  }
  const scale = squares > 1e-6 * values.length ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
