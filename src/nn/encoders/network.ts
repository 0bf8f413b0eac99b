/** @file An encoder made of a network that a file has brought: the network up to its feature, and what is added to it. */
import { ShapeError } from '../../core/errors.js';
import type { Network } from '../../graph/from-onnx/from-onnx.js';
import { mul } from '../../graph/ops/elementwise.js';
import { concat, split } from '../../graph/ops/shape.js';
import { scalar, type Value } from '../../graph/value.js';
import { linear, standardize } from '../layers.js';
import { networkFeatures } from '../network-features.js';
import { channelMeans, pyramid } from '../pyramid.js';
import { l2Normalize } from '../rows.js';
import type { Variables } from '../variables.js';
import type { Encoder } from './encoder.js';

/** One network, as it was read for pictures of some sizes. */
export interface SizedNetwork {
  /** For people. */
  readonly name: string;
  /** Of the pictures that it was trained on, in pixels. */
  readonly size: number;
  /** By the side of the pictures. */
  readonly ofSize: ReadonlyMap<number, Network>;
  /** Whether it takes pictures of other sizes, too. */
  readonly anySize: boolean;
}

/** Of the layer that is added to a network. */
export interface AddedOptions {
  readonly dim: number;
  readonly featureNorm: boolean;
}

export interface NetworkEncoderOptions {
  /** The order of a picture's channels that it takes. */
  readonly channels: 'rgb' | 'bgr';
  /** Of what is added; without it nothing is, and the feature is the network's. */
  readonly added?: AddedOptions;
  /** Parameters of the network that stay as they are; default none. */
  readonly isFrozen?: (parameter: string) => boolean;
  /** Whether the network's earlier maps are stages, too; default false. */
  readonly maps?: boolean;
  /** How much smaller the steps of each twelfth of the network are than those of the next; default 1. */
  readonly layerDecay?: number;
}

/** Of what is added to a network. */
const ADDED = 'added';
const ADDED_NORM = 'added_norm';
/** The stage that is the network's own feature, of length one. */
export const CUT = 'cut';
/** Parts of a network whose steps differ: as many as a base-sized transformer has blocks. */
const PARTS = 12;

export function networkEncoder(network: SizedNetwork, options: NetworkEncoderOptions): Encoder {
  const { name, size, ofSize, anySize } = network;
  const { channels, added, isFrozen, maps = false, layerDecay = 1 } = options;
  return {
    name,
    head: ADDED,
    leastSize: anySize ? 1 : size,
    anySize,
    ...(layerDecay < 1 && { rateOf: decaying([...ofSize.get(size)!.parameters.keys()], layerDecay) }),
    build(variables, images) {
      const read = ofSize.get(images.shape[2]!);
      if (read === undefined) {
        throw new ShapeError(
          `${name}: expected pictures of ${[...ofSize.keys()].join(' or ')} pixels, for which it was read, got ${images.shape[2]}.`,
        );
      }
      const ordered = channels === 'bgr' ? concat([...split(images, 1, [1, 1, 1])].reverse(), 1) : images;
      const feature = networkFeatures(variables, read, ordered, isFrozen);
      if (maps) {
        for (const [stride, x] of pyramid(feature, images.shape[2]!))
          variables.stage(`stride${stride}`, channelMeans(x));
      }
      const unit = l2Normalize(feature);
      variables.stage(CUT, unit);
      return added === undefined ? unit : addedTo(variables, unit, added);
    },
  };
}

/**
 * What is added to a network, alone: of features that are known already.
 *
 * @param dim of the network's features, which are of length one
 */
export function addedEncoder(dim: number, added: AddedOptions): Encoder {
  return {
    name: ADDED,
    head: ADDED,
    leastSize: 1,
    anySize: false,
    takes: () => [dim],
    build: (variables, features) => addedTo(variables, features, added),
  };
}

/** @param feature float32[batch, dim], unit rows: whatever a network's scale, its numbers are then about 1 */
function addedTo(variables: Variables, feature: Value, { dim, featureNorm }: AddedOptions): Value {
  const embedding = linear(variables, ADDED, mul(feature, scalar(Math.sqrt(feature.shape[1]!))), dim);
  return featureNorm ? standardize(variables, ADDED_NORM, embedding) : embedding;
}

/** @param parameters of a network, those next to the picture first */
function decaying(parameters: readonly string[], layerDecay: number): (parameter: string) => number {
  const parts = new Map(parameters.map((name, i) => [name, Math.floor((i * PARTS) / parameters.length)]));
  return (name) => layerDecay ** (PARTS - (parts.get(name) ?? PARTS));
}
