/** @file Reductions over axes, and pools over whole images. */
import { mean } from '../../ops/reduce.js';
import { reshape } from '../../ops/reshape.js';
import { ints, sizeOf } from '../../value.js';
import type { Translation, Translations } from './translation.js';

/** A reduction whose axes are an attribute or, in later versions, an operand; all of them where there are none. */
const reduction =
  (name: string): Translation =>
  (node, apply) => {
    const x = node.value(0);
    const rank = x.shape.length;
    const given = node.ints('axes') ?? node.numbersIfAny(1) ?? [];
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) return [x];
    const axes = given.length === 0 ? x.shape.map((_, axis) => axis) : given.map((axis) => node.axis(axis, rank));
    return rank === 0 ? [x] : apply(node, name, [x, ints(axes)], { keepdims: node.int('keepdims', 1) });
  };

const REDUCTION_NAMES = [
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
  ...['ReduceSumSquare', 'ReduceLogSum', 'ReduceLogSumExp'],
];

export const REDUCTIONS: Translations = {
  ...Object.fromEntries(REDUCTION_NAMES.map((name) => [name, reduction(name)])),
  GlobalAveragePool: (node) => {
    const x = node.value(0);
    const pixels = x.shape.flatMap((_, axis) => (axis > 1 ? [axis] : []));
    return [mean(x, pixels, true)];
  },
  // Before opset 13 it went over all axes from the given one on.
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};

function softmax(name: string): Translation {
  return (node, apply) => {
    const x = node.value(0);
    const rank = x.shape.length;
    const isOld = node.opset < 13;
    const axis = node.axis(node.int('axis', isOld ? 1 : -1), rank);
    if (!isOld || axis === rank - 1) return apply(node, name, [x], { axis });
    const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
    return [reshape(apply(node, name, [rows], { axis: 1 })[0]!, x.shape)];
  };
}
