/** @file Images, or any tensor, stretched along its axes. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { type ConstantValue, floats, type Shape, show, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { along } from './matmul.js';
import { constantInts } from './reshape.js';

type Attributes = {
  readonly mode?: string;
  readonly coordinate_transformation_mode?: string;
  readonly nearest_mode?: string;
  /** Of the cubic kernel; default −0.75, as PyTorch has it. */
  readonly cubic_coeff_a?: number;
  readonly axes?: readonly number[];
};

/** Where the middle of result `i` lies among the elements of an axis. */
type Coordinate = (i: number, scale: number, from: number, to: number) => number;

const COORDINATES: Readonly<Record<string, Coordinate>> = {
  half_pixel: (i, scale) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, scale, _, to) => (to > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, _, from, to) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0),
  asymmetric: (i, scale) => i / scale,
};

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** ONNX's default. */
const NEAREST_MODE = 'round_prefer_floor';

/** Elements of which a result is made that lies at x, and their weights. */
type Taps = (x: number, attributes: Attributes) => readonly (readonly [element: number, weight: number])[];

const TAPS: Readonly<Record<string, Taps>> = {
  nearest: (x, { nearest_mode = NEAREST_MODE }) => [[NEAREST[nearest_mode]!(x), 1]],
  linear: (x) => [0, 1].map((next) => [Math.floor(x) + next, 1 - Math.abs(x - Math.floor(x) - next)]),
  // Keys 1981: two pieces of a cubic, which meet at a distance of 1 and end at 2.
  cubic: (x, { cubic_coeff_a: a = -0.75 }) =>
    [-1, 0, 1, 2].map((next) => {
      const d = Math.abs(x - Math.floor(x) - next);
      const weight = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
      return [Math.floor(x) + next, weight];
    }),
};

/** How one axis is stretched. */
interface Stretch {
  readonly axis: number;
  readonly scale: number;
  readonly extent: number;
}

/** What a constant that may be left out, or be empty, holds. */
function numbers(operand: TensorType | undefined): readonly number[] {
  const { data } = (operand ?? {}) as Partial<ConstantValue>;
  return data === undefined ? [] : Array.from<number | bigint, number>(data, Number);
}

function stretchesOf(
  [x, , scales, sizes]: readonly (TensorType | undefined)[],
  { axes = x!.shape.map((_, axis) => axis) }: Attributes,
): readonly Stretch[] {
  const [factors, extents] = [numbers(scales), sizes ? constantInts('Resize', sizes) : []];
  if ((factors.length || extents.length) !== axes.length) {
    throw new ShapeError(
      `Resize: expected constant scales or sizes for ${axes.length} axes of ${show(x!)}, got ${factors.length || extents.length}.`,
    );
  }
  return axes.map((given, i) => {
    const axis = axisOf('Resize', x!, given);
    const from = x!.shape[axis]!;
    const scale = factors[i] ?? extents[i]! / from;
    return { axis, scale, extent: extents[i] ?? Math.floor(from * scale) };
  });
}

/** What each result is made of: float32[extent, from]. */
function weights({ scale, extent }: Stretch, from: number, attributes: Attributes): Value {
  const { mode = 'nearest', coordinate_transformation_mode = 'half_pixel', nearest_mode = NEAREST_MODE } = attributes;
  const [coordinate, taps] = [COORDINATES[coordinate_transformation_mode], TAPS[mode]];
  if (!coordinate || !taps || !NEAREST[nearest_mode]) {
    throw new ShapeError(
      `Resize: expected mode ${Object.keys(TAPS).join(', ')} by coordinates ${Object.keys(COORDINATES).join(', ')}, got '${mode}' by '${coordinate_transformation_mode}', nearest '${nearest_mode}'.`,
    );
  }
  const matrix = new Float32Array(extent * from);
  for (let row = 0; row < extent; row++) {
    for (const [element, weight] of taps(coordinate(row, scale, from, extent), attributes)) {
      const inside = Math.min(Math.max(element, 0), from - 1);
      matrix[row * from + inside] = matrix[row * from + inside]! + weight;
    }
  }
  return floats(matrix, [extent, from]);
}

/** A matrix for each axis that changes: what the runtime does, and what has a gradient, are products with it. */
function matricesOf(inputs: readonly Value[], attributes: Attributes): readonly { axis: number; matrix: Value }[] {
  return stretchesOf(inputs, attributes).flatMap((stretch) => {
    const from = inputs[0]!.shape[stretch.axis]!;
    if (stretch.extent === from && stretch.scale === 1) return [];
    return [{ axis: stretch.axis, matrix: weights(stretch, from, attributes) }];
  });
}

/** Inputs x, what ONNX calls roi and is not read, scales and, in their place, sizes: constants, of which one is empty. */
export const Resize = operator<number, 1, Attributes>({
  name: 'Resize',
  attributes: {
    mode: 'string',
    coordinate_transformation_mode: 'string',
    nearest_mode: 'string',
    cubic_coeff_a: 'float',
    axes: 'ints',
  },
  infer: (inputs, attributes) => {
    const stretched = stretchesOf(inputs, attributes);
    const shape = stretched.reduce<Shape>((s, { axis, extent }) => s.with(axis, extent), inputs[0]!.shape);
    return [{ dtype: inputs[0]!.dtype, shape }];
  },
  gradient: ({ inputs, attributes }, [dy]) => {
    const back = matricesOf(inputs, attributes).reduce<Value>(
      (y, { axis, matrix }) => along(transposed(matrix as ConstantValue), y, axis),
      dy,
    );
    return [back, ...inputs.slice(1).map(() => null)];
  },
  lower: (inputs, attributes) => [
    matricesOf(inputs, attributes).reduce((y, { axis, matrix }) => along(matrix, y, axis), inputs[0]!),
  ],
});

function transposed({ data, shape }: ConstantValue): Value {
  const [rows, columns] = shape as [number, number];
  return floats(
    Array.from({ length: rows * columns }, (_, i) => Number(data[(i % rows) * columns + Math.floor(i / rows)])),
    [columns, rows],
  );
}

/** `x` stretched by a factor for each axis. */
export function resize(x: Value, scales: readonly number[], attributes: Attributes = {}): Value {
  return Resize([x, floats([]), floats(scales)], attributes)[0];
}
