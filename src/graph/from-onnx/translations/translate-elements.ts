/** @file Operators on each element: those that take several operands, and those whose older forms had attributes. */
import { add, mul } from '../../ops/elementwise.js';
import { scalar } from '../../value.js';
import { elementTypeNumbered, graphType } from '../element-type.js';
import type { Translation, Translations } from './translation.js';

/** The node's operands two by two, for operators that take any number. */
const chained =
  (name: string): Translation =>
  (node, apply) => [node.values().reduce((a, b) => apply(node, name, [a, b])[0]!)];

const LARGEST = 3.4028234663852886e38;

export const POINTWISE: Translations = {
  Sum: chained('Add'),
  Max: chained('Max'),
  Min: chained('Min'),
  Mean: (node) => [mul(node.values().reduce(add), scalar(1 / node.count))],
  // Alone what is no number is unequal to itself; PyTorch's exporter asks after each softmax.
  IsNaN: (node, apply) => apply(node, 'Not', apply(node, 'Equal', [node.value(0), node.value(0)])),
  // Networks are read as they are used, not as they were trained.
  Dropout: (node) => [node.value(0)],
  Clip: (node, apply) => {
    const bound = (position: number, name: string, none: number): number =>
      node.numbersIfAny(position)?.[0] ?? node.float(name, none);
    const bounds = [bound(1, 'min', -LARGEST), bound(2, 'max', LARGEST)];
    return apply(node, 'Clip', [node.value(0), ...bounds.map(scalar)]);
  },
  // Floats of any width are float32 here.
  Cast: (node, apply) => {
    const x = node.value(0);
    const type = graphType(elementTypeNumbered(node.int('to'), `node '${node.node.name}'`));
    return x.dtype === type ? [x] : apply(node, 'Cast', [x]);
  },
  CastLike: (node, apply) => {
    const [x, like] = [node.value(0), node.value(1)];
    return x.dtype === like.dtype ? [x] : apply(node, 'Cast', [x], { to: like.dtype === 'float32' ? 1 : 7 });
  },
};
