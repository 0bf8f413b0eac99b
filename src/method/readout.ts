/** @file What pictures are searched by: what all stages of the encoder and histograms of colours and edges tell, brought into one feature. */
import { averagePool } from '../graph/ops/average-pool.js';
import { add, mul, sqrt } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { concat } from '../graph/ops/shape.js';
import { floats, type Value } from '../graph/value.js';
import { colourHistogram } from '../nn/colour-histogram.js';
import { edgeHistogram } from '../nn/edge-histogram.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { channelMeans } from '../nn/pyramid.js';
import { l2Normalize } from '../nn/rows.js';
import type { Variables } from '../nn/variables.js';
import type { Settings } from './settings.js';

/** A linear layer from descriptors to features, learnt without labels; see `fitReadout`. */
export interface Readout {
  /** float32[dim, inputs] */
  readonly weight: Float32Array;
  /** float32[dim] */
  readonly bias: Float32Array;
}

/** Settings of what the features are read from. */
export type ReadoutSettings = Pick<Settings, 'colours' | 'edges' | 'zoom' | 'turns' | 'flip' | 'mean' | 'std'>;

/** A readout, and of what it reads. */
export interface ReadoutOf extends Readout {
  readonly settings: ReadoutSettings;
}

/** The blocks that need no encoder, by the settings that say how much they count. */
const HISTOGRAMS = ['colours', 'edges'] as const;

/** How much a block counts beside the others; 1 is as much as a stage. */
export function countOf(block: string, settings: Pick<Settings, (typeof HISTOGRAMS)[number]>): number {
  const histogram = HISTOGRAMS.find((name) => name === block);
  return histogram === undefined ? 1 : settings[histogram];
}

/** Names of the tensors of a readout, which lie beside those of the encoder. */
export const READOUT = { weight: 'readout.weight', bias: 'readout.bias' } as const;

/** The readout among the tensors of an encoder, if there is one. */
export function readoutAmong(
  tensors: ReadonlyMap<string, Float32Array>,
  settings: ReadoutSettings,
): ReadoutOf | undefined {
  const [weight, bias] = [tensors.get(READOUT.weight), tensors.get(READOUT.bias)];
  return weight && bias && { weight, bias, settings };
}

/** What is made of pictures before they are read out. */
export interface Described {
  /** float32[batch, dim], what is trained, not normalised. */
  readonly trained: Value;
  /** The encoder's stages, of pictures in their own size. */
  readonly stages: ReadonlyMap<string, Value>;
  /** float32[batch, …] each, by name, in order: what a readout is made of. */
  readonly blocks: Readonly<Record<string, Value>>;
}

/**
 * What a readout is made of: for each stage the square root of each channel's mean over the picture, which after a ReLU
 * is how often the channel's pattern occurs (of histograms, too, square roots are compared), and the histograms of its
 * colours and edges, the latter alike for pictures that are mirrored or turned where the training ignores that. A stage that
 * is one vector a picture is taken as it is; those of a network from elsewhere, whose maps may be negative, are means
 * already. With `zoom` the same stages of the picture that many times as large come beside.
 *
 * @param images float32[batch, 3, zoom · size, zoom · size], normalised
 */
export function describe(encoder: Encoder, variables: Variables, images: Value, settings: ReadoutSettings): Described {
  const { zoom } = settings;
  const sized = zoom === 1 ? images : averagePool(images, { kernel_shape: [zoom, zoom], strides: [zoom, zoom] });
  const trained = encoder.build(variables, sized);
  const stages = new Map(variables.stages);
  const blocks = Object.fromEntries(pooled(stages));
  if (zoom > 1) {
    variables.again(() => encoder.build(variables, images));
    for (const [name, block] of pooled(variables.stages)) blocks[`${name}, ${zoom} times as large`] = block;
  }
  const perColour = (numbers: readonly number[]): Value => floats(Float32Array.from(numbers), [1, 3, 1, 1]);
  const levels = add(mul(sized, perColour(settings.std)), perColour(settings.mean));
  if (settings.colours > 0) blocks['colours'] = colourHistogram(levels);
  if (settings.edges > 0) {
    blocks['edges'] = edgeHistogram(levels, { turns: settings.turns, mirrored: settings.flip > 0 });
  }
  return { trained, stages, blocks };
}

/** Of each stage one vector a picture. */
function pooled(stages: ReadonlyMap<string, Value>): [string, Value][] {
  return Array.from(stages, ([name, x]) => [name, x.shape.length === 2 ? x : sqrt(channelMeans(x))]);
}

/** @returns float32[batch, dim], unit rows */
export function readOut(blocks: Readonly<Record<string, Value>>, { weight, bias }: Readout): Value {
  const [dim, inputs] = [bias.length, weight.length / bias.length];
  const read = matmul(concat(Object.values(blocks), 1), floats(weight, [dim, inputs]), { transB: true });
  return l2Normalize(add(read, floats(bias, [dim])));
}
