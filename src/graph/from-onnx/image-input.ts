/** @file The input of a model that takes pictures. */
import { DataError } from '../../core/errors.js';
import { elementTypeNumbered, isFloat } from './element-type.js';
import type { OnnxGraph, OnnxPort } from './onnx-model.js';

/** Whether the colours are the second axis of images, or the last. */
export type ImageLayout = 'nchw' | 'nhwc';

/** How a model takes pictures; what it leaves open is absent. */
export interface ImageInput {
  readonly name: string;
  readonly layout: ImageLayout;
  /** Whether it takes one colour; absent if all three. */
  readonly isGrey?: true;
  readonly batch?: number;
  readonly height?: number;
  readonly width?: number;
}

/** Colours, and grey. */
const CHANNELS: readonly unknown[] = [3, 1];

/**
 * The input with four axes.
 *
 * @param layout where the model's shape does not tell
 * @throws {DataError} if there is none, several, or it does not take float images in three colours or in grey
 */
export function imageInput({ inputs, tensors }: OnnxGraph, layout?: ImageLayout): ImageInput {
  const stored = new Set(tensors.map(({ name }) => name));
  const real = inputs.filter(({ name }) => !stored.has(name));
  const images = real.filter(({ shape }) => shape?.length === 4 || (shape === undefined && real.length === 1));
  const [port, another] = images;
  if (!port || another) {
    throw new DataError(
      `expected an image network, with one input [batch, 3, height, width], got ${real.map(described).join(' and ') || 'none'}. ${another ? 'Export the half that takes pictures alone.' : 'Only networks that take pictures can be encoders.'}`,
    );
  }
  const type = port.type === undefined ? 'float32' : elementTypeNumbered(port.type, `input '${port.name}'`);
  if (!isFloat(type)) {
    throw new DataError(
      `input '${port.name}': expected images in floating-point numbers, got ${type}. Export the network without what comes before it.`,
    );
  }
  const shape = port.shape ?? [];
  const isLast = !CHANNELS.includes(shape[1]) && CHANNELS.includes(shape[3]);
  const found = layout ?? (isLast ? 'nhwc' : 'nchw');
  const channels = shape[found === 'nchw' ? 1 : 3];
  if (typeof channels === 'number' && !CHANNELS.includes(channels)) {
    throw new DataError(
      `input '${port.name}': expected images in 3 colours, or in grey, got ${described(port)}. Give the layout, nchw or nhwc, if its axes are others.`,
    );
  }
  const [height, width] = found === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  return {
    name: port.name,
    layout: found,
    ...(channels === 1 && { isGrey: true }),
    ...(typeof shape[0] === 'number' && { batch: shape[0] }),
    ...(typeof height === 'number' && { height }),
    ...(typeof width === 'number' && { width }),
  };
}

function described({ name, shape }: OnnxPort): string {
  return `'${name}' [${shape?.map((extent) => extent || '?').join(', ') ?? '?'}]`;
}
