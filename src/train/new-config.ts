/** @file The configuration of a training that is about to begin. */
import { resolve } from 'node:path';
import { ArgumentError } from '../core/errors.js';
import { USUAL_RULES, withExcluded } from '../data/scan/scan-rules.js';
import { ALONE } from '../machines/communicator.js';
import { threadsOf } from '../machines/threads.js';
import { appliesTo, lossesWith } from '../method/losses/named-losses.js';
import { NETWORK_SETTINGS } from '../method/network-settings.js';
import { DEFAULT_RECIPE } from '../method/recipes.js';
import type { Settings } from '../method/settings.js';
import { type Architectures, NAMED } from '../run/architectures.js';
import { type GivenSettings, type RunConfig, resolveSettings } from '../run/config.js';
import { CONFIG_VERSION } from '../run/migrations.js';
import { type OpenedNetwork, openNetwork } from '../run/network/open-network.js';
import { openBackend } from '../runtime/device.js';
import { askedOf } from './asked.js';
import { initialWeights } from './initial-weights.js';
import type { TrainOptions } from './training-options.js';

export interface NewConfig {
  readonly config: RunConfig;
  /** The network that the encoder is made of, if it is not one of ours. */
  readonly network: OpenedNetwork | undefined;
}

/** Of our encoders, which a network has of its own. */
const OF_OURS: readonly string[] = ['encoder', 'stem', 'width'];

/**
 * @throws {ArgumentError} if a setting is unknown, out of range or contradicts another
 * @throws {DataError} if a file that is named cannot be used
 */
export async function newConfig(options: TrainOptions): Promise<NewConfig> {
  const { paths = [], exclude = [], recipe = DEFAULT_RECIPE, labels, init, noiseWeights, device = 'cpu' } = options;
  const { machines = ALONE } = options;
  if (paths.length === 0) throw new ArgumentError('paths: expected folders or files with pictures, got none.');
  const given = options.settings ?? {};
  const settingsOf = (known: Architectures): Settings => resolveSettings(recipe, given, known);
  checkAbout(given, options.network !== undefined);
  if (options.network !== undefined && init !== undefined) {
    throw new ArgumentError('init: expected weights or the network of an .onnx file, which has its own, got both.');
  }
  const network = options.network && (await openNetwork(sized(options.network, given)));
  const architectures = network === undefined ? NAMED : await network.architectures('trained', settingsOf);
  const settings = settingsOf(architectures);
  if (noiseWeights !== undefined && !appliesTo('noiseWeights', settings.loss)) {
    throw new ArgumentError(
      `noiseWeights: expected only with the loss ${lossesWith('noiseWeights').join(' or ')}, got it with '${settings.loss}'.`,
    );
  }
  // Read once more when training starts; a file that does not fit should not be found only after all decoding.
  if (init !== undefined) await initialWeights(init, architectures.build(settings), settings.size);
  const { threads } = await openBackend(device, options.threads ?? threadsOf(machines));
  const absolute = (path: string | undefined): string | null => (path === undefined ? null : resolve(path));
  return {
    config: {
      version: CONFIG_VERSION,
      recipe,
      settings,
      asked: askedOf(options),
      decided: null,
      paths: paths.map((path) => resolve(path)),
      scan: withExcluded(USUAL_RULES, exclude, paths),
      labels: absolute(labels),
      init: absolute(init),
      network: network?.config('trained') ?? null,
      noiseWeights: absolute(noiseWeights),
      device,
      threads,
      updates: [],
    },
    network,
  };
}

/** The network at the size that is asked for as a setting. */
function sized(network: NonNullable<TrainOptions['network']>, { size }: GivenSettings): typeof network {
  return typeof size === 'number' ? { ...network, size } : network;
}

function checkAbout(given: GivenSettings, isNetwork: boolean): void {
  const others = isNetwork ? OF_OURS : Object.keys(NETWORK_SETTINGS);
  const isUsual = (name: string): boolean =>
    !isNetwork && given[name] === NETWORK_SETTINGS[name as keyof typeof NETWORK_SETTINGS].usual;
  const name = Object.keys(given).find((each) => others.includes(each) && !isUsual(each));
  if (name === undefined) return;
  throw new ArgumentError(
    isNetwork
      ? `${name}: expected with an encoder of ours, got it with a network from an .onnx file. Leave it out.`
      : `${name}: expected only with a network from an .onnx file. Give it as --encoder, or leave this out.`,
  );
}
