/** @file The encoders that can be made of one network. */
import type { Network } from '../../graph/from-onnx/from-onnx.js';
import { lossNamed } from '../../method/losses/named-losses.js';
import { cropSizes } from '../../method/schedule.js';
import type { Settings } from '../../method/settings.js';
import { smallerCrops } from '../../method/step.js';
import type { Encoder } from '../../nn/encoders/encoder.js';
import { NETWORK } from '../../nn/encoders/named-encoders.js';
import { addedEncoder, networkEncoder } from '../../nn/encoders/network.js';
import type { Architectures } from '../architectures.js';
import type { RunNetwork } from '../config.js';

/**
 * What has learnt already is trained in small steps, in batches whose activations memory can hold, and on crops of half
 * the side, where it takes them: in the same time it learns more of four times as many (docs/encoders.md).
 */
const FINE_TUNING: Partial<Settings> = { batch: 32, lr: 0.01, optimizer: 'sgd', localCrops: 0, progression: [0.5] };
/** Of the network's own feature, of which numbers go together more than those of many stages do: docs/encoders.md. */
const WHITENING = 0.5;

export interface NetworkArchitecturesOptions {
  /** For people. */
  readonly name: string;
  /** Settings that follow from it, its size among them. */
  readonly usual: Partial<Settings> & Pick<Settings, 'size'>;
  readonly use: RunNetwork['use'];
  /** Whether it takes pictures of other sizes than that, too. */
  readonly anySize: boolean;
  /** Names of parameters that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** The network by the side of its pictures. */
  readonly ofSize: ReadonlyMap<number, Network>;
}

export function networkArchitectures(options: NetworkArchitecturesOptions): Architectures {
  const { name, usual, use, anySize, frozen, ofSize } = options;
  const network = { name, size: usual.size, ofSize, anySize };
  const bare = ({ channels, maps }: Settings): Encoder =>
    networkEncoder(network, { channels, maps, isFrozen: () => true });
  const build = (settings: Settings): Encoder => {
    if (use === 'adopted') return bare(settings);
    const { channels, maps, dim, featureNorm, freeze, layerDecay } = settings;
    const isFrozen = (parameter: string): boolean => freeze || frozen.has(parameter);
    return networkEncoder(network, { channels, maps, added: { dim, featureNorm }, isFrozen, layerDecay });
  };
  return {
    usual: { ...usual, ...FINE_TUNING, whitening: WHITENING, edges: 0, zoom: 1, encoder: NETWORK },
    candidates: [{ encoder: NETWORK, width: 1, size: usual.size, seen: 0 }],
    build,
    trained: (settings) => (settings.freeze ? addedEncoder(ofSize.get(usual.size)!.dim, settings) : build(settings)),
    bare,
  };
}

/** Sides of all pictures and crops that a training with these settings shows its encoder. */
export function sidesShown(settings: Settings): number[] {
  const loss = lossNamed(settings.loss);
  const sides = [settings.size, settings.zoom * settings.size, ...cropSizes(settings)].flatMap((size) => {
    const local = smallerCrops(loss, { ...settings, size });
    return local === undefined ? [size] : [size, local.size];
  });
  return [...new Set(sides)];
}
