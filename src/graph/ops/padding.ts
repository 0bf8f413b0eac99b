/** @file Elements added around the ends of axes. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { floats, ints, show, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { along } from './matmul.js';
import { constantInts } from './reshape.js';

type Mode = { readonly mode?: string };

/** How many elements are added before and after each axis. */
function amountsOf(x: TensorType, pads: TensorType, axes?: TensorType): { before: number[]; after: number[] } {
  const amounts = constantInts('Pad', pads);
  const over = axes ? constantInts('Pad', axes).map((axis) => axisOf('Pad', x, axis)) : x.shape.map((_, axis) => axis);
  if (amounts.length !== 2 * over.length) {
    throw new ShapeError(`Pad: expected ${2 * over.length} amounts for ${show(x)}, got [${amounts}].`);
  }
  const of = (end: number): number[] =>
    x.shape.map((_, axis) => (over.includes(axis) ? amounts[over.indexOf(axis) + end]! : 0));
  return { before: of(0), after: of(over.length) };
}

/**
 * Elements around (or, where negative, cut off) the ends of each axis: begins, then ends, as in ONNX. Zeros, or the
 * number that a third input gives; with `mode` 'reflect' the elements inside, mirrored at the outermost, with 'edge' the
 * outermost. A fourth input says which axes the amounts are for, all where it is left out.
 */
export const Pad = operator<number, 1, Mode>({
  name: 'Pad',
  attributes: { mode: 'string' },
  infer: ([x, pads, , axes], { mode = 'constant' }) => {
    const { before, after } = amountsOf(x!, pads!, axes);
    if (!['constant', 'reflect', 'edge'].includes(mode)) {
      throw new ShapeError(`Pad: expected the mode 'constant', 'reflect' or 'edge', got '${mode}'.`);
    }
    return [{ dtype: x!.dtype, shape: x!.shape.map((extent, axis) => extent + before[axis]! + after[axis]!) }];
  },
  gradient: ({ inputs, attributes: { mode = 'constant' } }, [dy]) => {
    const [x, pads, , axes] = inputs as [Value, Value, Value?, Value?];
    const { before, after } = amountsOf(x, pads, axes);
    const others = inputs.slice(1).map(() => null);
    if (mode === 'constant')
      return [
        pad(
          dy,
          [...before, ...after].map((amount) => -amount),
        ),
        ...others,
      ];
    const dx = x.shape.reduce((gradient, extent, axis) => {
      if (before[axis] === 0 && after[axis] === 0) return gradient;
      return along(sources(extent, before[axis]!, gradient.shape[axis]!, mode), gradient, axis);
    }, dy as Value);
    return [dx, ...others];
  },
});

/** 1 where an element of the padded axis was taken from: float32[extent, padded]. */
function sources(extent: number, before: number, padded: number, mode: string): Value {
  const sourceOf = (position: number): number => {
    if (mode === 'edge') return Math.min(Math.max(position, 0), extent - 1);
    const period = 2 * (extent - 1) || 1;
    const folded = ((position % period) + period) % period;
    return folded < extent ? folded : period - folded;
  };
  const from = Array.from({ length: padded }, (_, position) => sourceOf(position - before));
  return floats(
    Array.from({ length: extent }, (_, element) => from.map((source) => Number(source === element))).flat(),
    [extent, padded],
  );
}

/** Images with zeros around them. */
interface Surrounded {
  readonly x: Value;
  /** Zeros [top, left, bottom, right]. */
  readonly pads: readonly number[];
}

/** What zeros were put around to make images [n, c, h, w]: a window can bring them along. Undefined if it is not so. */
export function surrounded(images: Value): Surrounded | undefined {
  if (images.kind !== 'result' || images.node.definition !== Pad.definition) return undefined;
  const [x, pads, filling, axes] = images.node.inputs as [Value, Value, Value?, Value?];
  const { before, after } = amountsOf(x, pads, axes);
  const isZero = filling === undefined || (filling.kind === 'constant' && Number(filling.data[0]) === 0);
  const isAround = [...before.slice(0, 2), ...after.slice(0, 2)].every((amount) => amount === 0);
  const amounts = [...before.slice(2), ...after.slice(2)];
  const { mode = 'constant' } = images.node.attributes as Mode;
  return mode === 'constant' && isZero && isAround && amounts.every((amount) => amount >= 0)
    ? { x, pads: amounts }
    : undefined;
}

/** `x` with so many zeros, or fewer elements, at the ends of each axis: all begins, then all ends. */
export function pad(x: Value, amounts: readonly number[]): Value {
  return amounts.every((amount) => amount === 0) ? x : Pad([x, ints(amounts)], {})[0];
}
