/** @file Parts of a tensor, at even steps. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { ints, type Shape, show, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { gatherAxis } from './indexing.js';
import { pad } from './padding.js';
import { constantInts, reshape } from './reshape.js';

/** Along one axis: `count` elements from `start` on, `step` apart, which may be negative. */
interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function cutsOf(x: TensorType, window: readonly (TensorType | undefined)[]): readonly Cut[] {
  const [starts, ends] = window.slice(0, 2).map((operand) => constantInts('Slice', operand)) as [number[], number[]];
  const axes = window[2] ? constantInts('Slice', window[2]) : starts.map((_, axis) => axis);
  const steps = window[3] ? constantInts('Slice', window[3]) : starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length) || steps.includes(0)) {
    throw new ShapeError(
      `Slice: expected a start, an end and a step other than 0 for each of some axes of ${show(x)}, got [${starts}] to [${ends}] by [${steps}] on axes [${axes}].`,
    );
  }
  return axes.map((given, i) => {
    const axis = axisOf('Slice', x, given);
    const extent = x.shape[axis]!;
    const step = steps[i]!;
    // Numbers below 0 count from the end; what is beyond an end is that end.
    const [lowest, highest] = step > 0 ? [0, extent] : [-1, extent - 1];
    const bounded = (position: number): number =>
      Math.min(Math.max(position < 0 ? position + extent : position, lowest), highest);
    const start = bounded(starts[i]!);
    return { axis, start, step, count: Math.max(0, Math.ceil((bounded(ends[i]!) - start) / step)) };
  });
}

/** Inputs x, starts, ends and, where they are not the first axes and 1, axes and steps. */
export const Slice = operator<number>({
  name: 'Slice',
  infer: ([x, ...window]) => [
    {
      dtype: x!.dtype,
      shape: cutsOf(x!, window).reduce<Shape>((shape, { axis, count }) => shape.with(axis, count), x!.shape),
    },
  ],
  gradient: ({ inputs: [x, ...window] }, [dy]) => [placed(dy, x!.shape, cutsOf(x!, window)), ...window.map(() => null)],
  // ONNX Runtime 1.30 on WebGPU gives other elements for a step backwards.
  lower: ([x, ...window], _, { device }) => {
    if (device !== 'webgpu') return null;
    const cuts = cutsOf(x!, window);
    return cuts.some(({ step }) => step < 0) ? [cuts.reduce(taken, x!)] : null;
  },
});

function taken(x: Value, { axis, start, step, count }: Cut): Value {
  return gatherAxis(x, ints(Array.from({ length: count }, (_, i) => start + i * step)), axis);
}

/** The elements of `dy` where they were cut from, and zeros elsewhere. */
function placed(dy: Value, shape: Shape, cuts: readonly Cut[]): Value {
  const before = shape.map(() => 0);
  const spread = cuts.reduce((y, { axis, start, step, count }) => {
    before[axis] = step > 0 ? start : start + (count - 1) * step;
    return apart(step > 0 ? y : slice(y, [count - 1], [-count - 1], [axis], [-1]), axis, Math.abs(step));
  }, dy);
  const after = shape.map((extent, axis) => extent - before[axis]! - spread.shape[axis]!);
  return pad(spread, [...before, ...after]);
}

/** Each element along `axis`, followed by zeros to make `step`. */
function apart(x: Value, axis: number, step: number): Value {
  if (step === 1) return x;
  const open = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const none = open.map(() => 0);
  const filled = pad(reshape(x, open), [...none, ...none.with(axis + 1, step - 1)]);
  return reshape(filled, x.shape.with(axis, x.shape[axis]! * step));
}

/** Elements `starts[a]`, `starts[a] + steps[a]`, … before `ends[a]` along each of `axes`; numbers below 0 from the end. */
export function slice(x: Value, starts: Shape, ends: Shape, axes: readonly number[], steps = axes.map(() => 1)): Value {
  return Slice([x, ints(starts), ints(ends), ints(axes), ints(steps)], {})[0];
}
