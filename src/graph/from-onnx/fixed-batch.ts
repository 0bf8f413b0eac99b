/**
 * @file Models that were exported for one picture at a time, read for any number: where they state shapes, the one picture
 * is among the extents, and what it stands for is found by reading the model for one picture first.
 */
import { expand } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { concat } from '../ops/shape.js';
import { type Shape, sameShape, sizeOf, type Value } from '../value.js';
import type { NodeOperands } from './operands.js';

/** Shapes of values by name, as they are for one picture. */
export type ShapesOfOne = ReadonlyMap<string, Shape>;

const RESHAPING = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/**
 * The result of a node whose shape the model states for one picture; undefined for all others.
 *
 * The pictures stay outermost in the axis that they are in, so that each keeps its own numbers.
 *
 * @throws {OperatorError} if the axis of the pictures is mixed with others
 */
export function resultInBatch(node: NodeOperands, shapes: ShapesOfOne, batch: number): Value | undefined {
  const { operator, inputs, outputs } = node.node;
  if (operator === 'Concat') return concatenated(node, shapes);
  if (!RESHAPING.has(operator)) return undefined;
  const x = node.value(0);
  const [from, to] = [shapes.get(inputs[0]!), shapes.get(outputs[0]!)];
  const axis = from && axisOfBatch(x.shape, from);
  if (!from || !to || axis === undefined) return undefined;
  const isKept = axis < to.length && sameShape(from.slice(0, axis), to.slice(0, axis));
  if (!isKept && sizeOf(from.slice(0, axis)) !== 1) {
    node.refuse(
      'the model is made for one picture at a time, and joins its axis with others. Export it for any number',
    );
  }
  const place = isKept ? axis : 0;
  return reshape(x, to.with(place, to[place]! * batch));
}

/** Parts that are the same for all pictures, such as a token of the class, beside those that are not: once for each. */
function concatenated(node: NodeOperands, shapes: ShapesOfOne): Value | undefined {
  const parts = node.values();
  const ones = node.node.inputs.map((name) => shapes.get(name));
  const axes = parts.map(({ shape }, i) => (ones[i] ? axisOfBatch(shape, ones[i]) : undefined));
  const axis = axes.find((each) => each !== undefined);
  if (axis === undefined || axes.every((each) => each !== undefined)) return undefined;
  const extent = parts[axes.indexOf(axis)]!.shape[axis]!;
  return concat(
    parts.map((part, i) => (axes[i] === undefined ? expand(part, part.shape.with(axis, extent)) : part)),
    node.axis(node.int('axis'), parts[0]!.shape.length),
  );
}

/** The axis that is longer than for one picture; undefined if none is. */
function axisOfBatch(shape: Shape, ofOne: Shape): number | undefined {
  const axis = shape.findIndex((extent, i) => extent !== ofOne[i]);
  return axis === -1 ? undefined : axis;
}

/** @throws {OperatorError} unless each result of a node is as for one picture, but for one axis */
export function checkInBatch(node: NodeOperands, results: readonly Value[], shapes: ShapesOfOne, batch: number): void {
  node.node.outputs.forEach((name, i) => {
    const [shape, ofOne] = [results[i]?.shape, shapes.get(name)];
    if (!shape || !ofOne) return;
    const axis = axisOfBatch(shape, ofOne) ?? 0;
    if (!sameShape(shape, ofOne.with(axis, ofOne[axis]! * batch))) {
      node.refuse(
        `the model is made for one picture at a time, and for ${batch} this gives [${shape}] where [${ofOne}] is for one. Export it for any number`,
      );
    }
  });
}
