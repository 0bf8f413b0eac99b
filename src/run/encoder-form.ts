/** @file What the encoder of a run is made of, but for its weights. */
import type { Settings } from '../method/settings.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type Architectures, NAMED } from './architectures.js';
import type { RunConfig } from './config.js';
import { openCopy } from './network/open-network.js';

/** An encoder, with the settings it is of. */
export interface EncoderForm {
  readonly settings: Settings;
  readonly architecture: Encoder;
}

/** One of ours, by the name in its settings. */
export function namedForm(settings: Settings): EncoderForm {
  return { settings, architecture: NAMED.build(settings) };
}

/** The encoder of a run. @throws {DamageError} if the network in its folder is not what was put there */
export async function formOf(folder: RunFolder, config: RunConfig): Promise<EncoderForm> {
  const { settings } = config;
  return { settings, architecture: (await architecturesOf(folder, config)).build(settings) };
}

/** The encoders of a run, whatever else of its settings is decided. Throws as `formOf` does. */
export async function architecturesOf(folder: RunFolder, config: RunConfig): Promise<Architectures> {
  return config.network === null ? NAMED : openCopy(folder.networkPath, config);
}
