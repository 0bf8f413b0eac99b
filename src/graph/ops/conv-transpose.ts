/** @file The transposed convolution: what the gradient of a convolution's images is, going forward. */
import { ShapeError } from '../../core/errors.js';
import { lowerInputGradient } from '../lowering/convolution.js';
import { operator } from '../operator.js';
import { type Shape, show, type TensorType, type Value } from '../value.js';
import { Conv, ConvWeightGradient, checkBias } from './conv.js';
import { add } from './elementwise.js';
import { sum } from './reduce.js';
import { reshape } from './reshape.js';
import { CONV_ATTRIBUTES, type ConvAttributes, spread, windowOf } from './window.js';

type Attributes = ConvAttributes & { readonly output_padding?: readonly number[] };

function extentsOf(x: TensorType, w: TensorType, { output_padding = [0, 0], ...attributes }: Attributes): Shape {
  const { strides, pads, dilations } = windowOf(attributes);
  return spread(w.shape.slice(2), dilations).map(
    (size, axis) =>
      (x.shape[axis + 2]! - 1) * strides[axis]! + size - pads[axis]! - pads[axis + 2]! + output_padding[axis]!,
  );
}

/** Inputs x float32[n, c, h, w], w float32[c, o / group, kh, kw] and, optionally, a bias float32[o]. */
export const ConvTranspose = operator<number, 1, Attributes>({
  name: 'ConvTranspose',
  attributes: { ...CONV_ATTRIBUTES, output_padding: 'ints' },
  infer: ([x, w, bias], attributes) => {
    if (x?.shape.length !== 4 || w?.shape.length !== 4 || x.shape[1] !== w.shape[0]) {
      throw new ShapeError(
        `ConvTranspose: expected float32[n, c, h, w] and float32[c, o, kh, kw], got ${show(x!)} and ${show(w!)}.`,
      );
    }
    const channels = w.shape[1]! * (attributes.group ?? 1);
    checkBias('ConvTranspose', bias, channels);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, channels, ...extentsOf(x, w, attributes)] }];
  },
  gradient: ({ inputs: [x, w, bias], attributes }, [dy]) => {
    const window = windowOf(attributes);
    return [
      Conv([dy, w!], window)[0],
      ConvWeightGradient([dy, x!], { ...window, kernel: w!.shape.slice(2) })[0],
      ...(bias ? [sum(dy, [0, 2, 3])] : []),
    ];
  },
  lower: ([x, w, bias], attributes, target) => {
    const window = { ...windowOf(attributes), extents: extentsOf(x!, w!, attributes) };
    const [y] = lowerInputGradient([x!, w!], window, target);
    return [bias ? add(y, reshape(bias, [bias.shape[0]!, 1, 1])) : y];
  },
});

/**
 * Transposed convolution.
 *
 * @param x float32[n, c, h, w]
 * @param w float32[c, o / group, kh, kw]
 * @param bias float32[o], or none
 */
export function convTranspose(x: Value, w: Value, bias?: Value, attributes: Attributes = {}): Value {
  return ConvTranspose(bias ? [x, w, bias] : [x, w], attributes)[0];
}
