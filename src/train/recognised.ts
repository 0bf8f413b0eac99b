/**
 * @file Whether pictures have an up, and a left and right: how many can be told from themselves, turned or mirrored.
 *
 * A linear classifier of what is where in a picture, its colours and the directions of its edges, learns from half of the
 * pictures which of the two is as it was, and is asked of the other half. What it can tell says something, and is not to
 * be unlearnt by showing pictures both ways.
 */
import { factorize, solve } from '../evaluate/linear/cholesky.js';

/** Side of the pictures that are looked at. */
export const LOOK_SIDE = 32;
const AREA = LOOK_SIDE * LOOK_SIDE;
/** Cells of colours, and of edges, along each side. */
const COLOUR_CELLS = 8;
const EDGE_CELLS = 4;
const COLOURS = 3 * COLOUR_CELLS ** 2;
const EDGES = EDGE_CELLS ** 2;
/** Amount of edges, and two harmonics of their directions without sign: shadows fall one way and say nothing. */
const EDGE_NUMBERS = 4;
const NUM_FEATURES = COLOURS + EDGE_NUMBERS * EDGES;

/** Where the pixel of a changed picture comes from. */
const CHANGES = {
  mirrored: (x: number, y: number) => [LOOK_SIDE - 1 - x, y],
  upsideDown: (x: number, y: number) => [LOOK_SIDE - 1 - x, LOOK_SIDE - 1 - y],
  onItsSide: (x: number, y: number) => [y, LOOK_SIDE - 1 - x],
} as const satisfies Record<string, (x: number, y: number) => readonly [number, number]>;

type Change = keyof typeof CHANGES;
/** Part of the pictures that are told from their changed selves; 1/2 is guessing. */
export type Recognised = Readonly<Record<Change, number>>;

/** @param pictures float32[3, 32, 32] each, in [0, 1] */
export function recognised(pictures: readonly Float32Array[]): Recognised {
  const plain = pictures.map(layoutOf);
  const shares = Object.entries(CHANGES).map(([name, from]) => {
    const differences = pictures.map((picture, i) => {
      const other = layoutOf(changed(picture, from));
      return plain[i]!.map((value, j) => value - other[j]!);
    });
    return [name, shareTold(differences)];
  });
  return Object.fromEntries(shares) as Recognised;
}

function changed(picture: Float32Array, from: (x: number, y: number) => readonly [number, number]): Float32Array {
  const other = new Float32Array(picture.length);
  for (let y = 0; y < LOOK_SIDE; y++) {
    for (let x = 0; x < LOOK_SIDE; x++) {
      const [u, v] = from(x, y);
      for (let plane = 0; plane < 3 * AREA; plane += AREA) {
        other[plane + y * LOOK_SIDE + x] = picture[plane + v * LOOK_SIDE + u]!;
      }
    }
  }
  return other;
}

/** float64[NUM_FEATURES]: what is where in a picture. */
function layoutOf(picture: Float32Array): Float64Array {
  const layout = new Float64Array(NUM_FEATURES);
  const cell = (x: number, y: number, cells: number): number =>
    Math.floor((y * cells) / LOOK_SIDE) * cells + Math.floor((x * cells) / LOOK_SIDE);
  const grey = (x: number, y: number): number => {
    const at = y * LOOK_SIDE + x;
    return (picture[at]! + picture[AREA + at]! + picture[2 * AREA + at]!) / 3;
  };
  for (let y = 0; y < LOOK_SIDE; y++) {
    for (let x = 0; x < LOOK_SIDE; x++) {
      const at = cell(x, y, COLOUR_CELLS);
      for (let c = 0; c < 3; c++) layout[c * COLOUR_CELLS ** 2 + at]! += picture[c * AREA + y * LOOK_SIDE + x]!;
    }
  }
  for (let y = 1; y < LOOK_SIDE - 1; y++) {
    for (let x = 1; x < LOOK_SIDE - 1; x++) {
      const dx = grey(x + 1, y) - grey(x - 1, y);
      const dy = grey(x, y + 1) - grey(x, y - 1);
      const amount = Math.hypot(dx, dy);
      const angle = 2 * Math.atan2(dy, dx);
      const at = COLOURS + cell(x, y, EDGE_CELLS);
      layout[at]! += amount;
      layout[at + EDGES]! += amount * Math.cos(angle);
      layout[at + 2 * EDGES]! += amount * Math.sin(angle);
      layout[at + 3 * EDGES]! += amount * Math.sin(2 * angle);
    }
  }
  return layout;
}

/** Part of the differences between a picture and its changed self that a classifier of the others takes the right way. */
function shareTold(differences: readonly Float64Array[]): number {
  const scale = new Float64Array(NUM_FEATURES);
  for (const difference of differences) for (let i = 0; i < NUM_FEATURES; i++) scale[i]! += difference[i]! ** 2;
  for (const difference of differences) {
    for (let i = 0; i < NUM_FEATURES; i++) difference[i]! /= Math.sqrt(scale[i]! / differences.length) + 1e-6;
  }
  let told = 0;
  for (const half of [0, 1]) {
    const weights = ridge(differences.filter((_, i) => i % 2 === half));
    for (const difference of differences.filter((_, i) => i % 2 !== half)) {
      const score = difference.reduce((sum, value, i) => sum + value * weights[i]!, 0);
      told += score > 0 ? 1 : score === 0 ? 0.5 : 0;
    }
  }
  return told / differences.length;
}

/** The w of least Σ (w·x − 1)² + n·|w|². */
function ridge(rows: readonly Float64Array[]): Float64Array {
  const n = NUM_FEATURES;
  const products = new Float64Array(n * n);
  const weights = new Float64Array(n);
  for (const row of rows) {
    for (let i = 0; i < n; i++) {
      const value = row[i]!;
      weights[i]! += value;
      for (let j = 0; j <= i; j++) products[i * n + j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < n; i++) products[i * n + i]! += rows.length;
  factorize(products, n);
  solve(products, n, weights);
  return weights;
}
