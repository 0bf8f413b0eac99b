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
  const { mode = 'nearest', coordinate_transformation_mode = 'half_pixel' } = attributes;
  const { nearest_mode = 'round_prefer_floor' } = attributes;
  const [coordinate, nearest] = [COORDINATES[coordinate_transformation_mode], NEAREST[nearest_mode]];
  if (!coordinate || !nearest || (mode !== 'nearest' && mode !== 'linear')) {
    throw new ShapeError(
      `Resize: expected mode 'nearest' or 'linear' by coordinates ${Object.keys(COORDINATES).join(', ')}, got '${mode}' by '${coordinate_transformation_mode}', nearest '${nearest_mode}'.`,
    );
  }
  const matrix = new Float32Array(extent * from);
  const put = (row: number, element: number, weight: number): void => {
    const inside = Math.min(Math.max(element, 0), from - 1);
    matrix[row * from + inside] = matrix[row * from + inside]! + weight;
  };
  for (let row = 0; row < extent; row++) {
    const x = coordinate(row, scale, from, extent);
    const before = mode === 'nearest' ? nearest(x) : Math.floor(x);
    const share = mode === 'nearest' ? 0 : x - before;
    put(row, before, 1 - share);
    put(row, before + 1, share);
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
  attributes: { mode: 'string', coordinate_transformation_mode: 'string', nearest_mode: 'string', axes: 'ints' },
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
