/** @file Whether a training that is resumed is told what it was started with. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { RunError } from '../core/errors.js';
import { USUAL_RULES, withExcluded } from '../data/scan/scan-rules.js';
import type { Settings } from '../method/settings.js';
import type { Architectures } from '../run/architectures.js';
import { type Asked, applySettings, type RunConfig } from '../run/config.js';
import type { TrainOptions } from './training-options.js';

/** @throws {RunError} that names the first thing given now that the run was not started with */
export async function checkUnchanged(
  config: RunConfig,
  options: TrainOptions,
  architectures: Architectures,
): Promise<void> {
  const { paths, exclude, recipe, settings = {}, minutes, ignore, matters, labels, init, network } = options;
  const { noiseWeights, device, threads } = options;
  const given = {
    ...(paths?.length && { paths: paths.map((path) => resolve(path)) }),
    recipe,
    labels: labels && resolve(labels),
    init: init && resolve(init),
    noiseWeights: noiseWeights && resolve(noiseWeights),
    device,
    threads,
  };
  const now = applySettings(config.settings, settings, architectures);
  const pairs: [string, unknown, unknown][] = [
    ...Object.entries(given).map(([name, value]): [string, unknown, unknown] => [
      name,
      config[name as keyof RunConfig],
      value,
    ]),
    ['exclude', config.scan.exclude, exclude && withExcluded(USUAL_RULES, exclude, config.paths).exclude],
    ['encoder', config.network?.path, network && resolve(network.network)],
    ...Object.entries({ minutes, ignore, matters }).map(([name, value]): [string, unknown, unknown] => [
      name,
      config.asked[name as keyof Asked],
      value,
    ]),
    ...Object.keys(settings).map((name): [string, unknown, unknown] => [
      name,
      config.settings[name as keyof Settings],
      now[name as keyof Settings],
    ]),
  ];
  for (const [name, before, after] of pairs) {
    if (after === undefined || isDeepStrictEqual(before, after)) continue;
    throw new RunError(
      `${name}: expected ${JSON.stringify(before)}, with which the run was started, got ${JSON.stringify(after)}. Leave it out, or start a new run with another --out.`,
    );
  }
}
