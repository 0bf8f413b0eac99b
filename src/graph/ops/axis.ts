/** @file Axes as ONNX counts them: from the end, too. */
import { ShapeError } from '../../core/errors.js';
import { show, type TensorType } from '../value.js';

/**
 * The number of an axis of `x`, from the first.
 *
 * @param axis from −rank on; −1 is the last
 * @throws {ShapeError} if there is no such axis
 */
export function axisOf(name: string, x: TensorType, axis: number): number {
  const rank = x.shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(`${name}: expected an axis of ${show(x)}, got ${axis}.`);
  }
  return axis < 0 ? axis + rank : axis;
}
