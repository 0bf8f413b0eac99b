/** @file All that a readout of a network is made of, of many pictures in one pass. */
import { describeGraph, describerOnnx } from '../method/encode.js';
import { CUT } from '../nn/encoders/network.js';
import { Variables } from '../nn/variables.js';
import type { EncoderForm } from '../run/encoder-form.js';
import { type Encode, finiteOnly } from '../run/features.js';
import type { Backend } from '../runtime/device.js';
import { Model } from '../runtime/model.js';

export interface Describer {
  /** All blocks of each picture, side by side. */
  readonly encode: Encode;
  /** Numbers of each. */
  readonly blocks: readonly number[];
  /** Which of them is the network's feature. */
  readonly feature: number;
  release(): Promise<void>;
}

/**
 * @param name of the network, for errors
 * @throws {DeviceError} if the runtime cannot load it
 */
export async function openDescriber(
  { settings, architecture }: EncoderForm,
  backend: Backend,
  name: string,
): Promise<Describer> {
  const { size } = settings;
  const nothing = new Map<string, Float32Array>();
  const graph = describeGraph(architecture, { batch: 1, size }, new Variables('folded', nothing), settings);
  const model = await Model.load(describerOnnx(architecture, size, nothing, settings), backend);
  const encode: Encode = (images, count) =>
    model.run(images.subarray(0, count * 3 * size * size), [count, 3, size, size]);
  return {
    encode: finiteOnly(encode, name),
    blocks: Object.values(graph).map(({ shape }) => shape[1]!),
    feature: Object.keys(graph).indexOf(CUT),
    release: () => model.release(),
  };
}

/** @param rows float32[n, sum of blocks] @returns float32[n, width of the block] */
export function blockOf(rows: Float32Array, blocks: readonly number[], place: number): Float32Array {
  const [width, all] = [blocks[place]!, blocks.reduce((sum, each) => sum + each)];
  if (width === all) return rows;
  const first = blocks.slice(0, place).reduce((sum, each) => sum + each, 0);
  const block = new Float32Array((rows.length / all) * width);
  for (let at = 0, from = first; from < rows.length; at += width, from += all)
    block.set(rows.subarray(from, from + width), at);
  return block;
}
