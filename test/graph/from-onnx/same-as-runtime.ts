/** @file Reads a model, and compares what our graph makes of pictures with what onnxruntime makes of them by the model itself. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { Random } from '#src/core/random.js';
import { type FromOnnxOptions, fromOnnx, type Network } from '#src/graph/from-onnx/from-onnx.js';
import { lower } from '#src/graph/lower.js';
import { toOnnx } from '#src/graph/onnx.js';
import { input, type Outputs } from '#src/graph/value.js';
import { evaluateOnnx } from '#src/runtime/evaluate-onnx.js';
import { relativeError } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';

const SEED = 8;

export type ReadingOptions = Partial<FromOnnxOptions>;

export function read(model: Uint8Array, options: ReadingOptions = {}): Promise<Network> {
  return fromOnnx(model, { evaluate: evaluateOnnx, ...options });
}

/**
 * Fails unless a model, read and written again, has the features that onnxruntime has of it.
 *
 * @param options.oneByOne whether the model takes one picture at a time
 * @param options.expected what it is compared with, if not the model itself
 */
export async function expectSame(
  model: Uint8Array,
  options: ReadingOptions & { readonly oneByOne?: boolean; readonly expected?: Uint8Array } = {},
): Promise<Network> {
  const { oneByOne = false, expected = model, ...reading } = options;
  const network = await read(model, reading);
  const { height, width, layout, name, isGrey } = network.input;
  const graph = (n: number): Outputs =>
    lower({ features: network.build(input('images', [n, 3, height, width])) }, { device: 'cpu' });
  const written = await InferenceSession.create(toOnnx(graph));
  const itself = await InferenceSession.create(expected, { logSeverityLevel: 3 });
  const random = new Random(SEED, 'sample');
  const picture = 3 * height * width;
  for (const batch of [1, 4]) {
    const images = Float32Array.from({ length: batch * picture }, () => random.normal());
    const { features } = await written.run({ images: new Tensor('float32', images, [batch, 3, height, width]) });
    const theirs: number[] = [];
    for (let first = 0; first < batch; first += oneByOne ? 1 : batch) {
      const part = images.subarray(first * picture, oneByOne ? (first + 1) * picture : undefined);
      const count = part.length / picture;
      const channels = isGrey ? 1 : 3;
      const shape = layout === 'nchw' ? [count, channels, height, width] : [count, height, width, channels];
      const seen = isGrey ? inGrey(part, height * width) : part;
      const numbers = layout === 'nchw' || isGrey ? seen : coloursLast(seen, count, height * width);
      const results = await itself.run({ [name]: new Tensor('float32', numbers, shape) });
      theirs.push(...(results[itself.outputNames[0]!]!.data as Float32Array));
    }
    const error = relativeError(features!.data as Float32Array, Float32Array.from(theirs));
    expect(error).toBeLessThan(TOLERANCES.float32.features);
  }
  await written.release();
  await itself.release();
  return network;
}

function inGrey(images: Float32Array, pixels: number): Float32Array {
  return Float32Array.from({ length: images.length / 3 }, (_, i) => {
    const [first, p] = [3 * pixels * Math.floor(i / pixels), i % pixels];
    const [red, green, blue] = [0, 1, 2].map((colour) => images[first + colour * pixels + p]!) as [
      number,
      number,
      number,
    ];
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

function coloursLast(images: Float32Array, count: number, pixels: number): Float32Array {
  const moved = new Float32Array(images.length);
  for (let i = 0; i < count; i++) {
    for (let colour = 0; colour < 3; colour++) {
      for (let p = 0; p < pixels; p++) moved[(i * pixels + p) * 3 + colour] = images[(i * 3 + colour) * pixels + p]!;
    }
  }
  return moved;
}
