/** @file What each part of the work reaches, beside what this machine can do in the same process. */
import { ArgumentError } from '#src/core/errors.js';
import { data } from './data.js';
import { benchEmbed } from './embed.js';
import { benchKnn } from './knn.js';
import { memory } from './memory.js';
import type { Options, Part, PartRows } from './report.js';
import { benchTrain } from './train.js';

const PARTS: Readonly<Record<string, Part>> = {
  train: benchTrain,
  embed: benchEmbed,
  data,
  knn: benchKnn,
  memory,
};

/**
 * The parts that are asked for.
 *
 * @param asked names; all parts if empty
 * @throws {ArgumentError} if one is unknown
 */
export function partsNamed(asked: readonly string[]): readonly string[] {
  const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    throw new ArgumentError(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${unknown}.`);
  }
  return asked.length > 0 ? asked : Object.keys(PARTS);
}

/**
 * Measures one part after the other.
 *
 * @param parts of {@link partsNamed}
 * @throws {ArgumentError} if a configuration of `options.only` is unknown
 */
export async function* measure(parts: readonly string[], options: Options): AsyncGenerator<PartRows> {
  for (const part of parts) yield { part, rows: await PARTS[part]!(options) };
}
