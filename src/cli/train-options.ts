/** @file What a training is told: from flags, `--set`, and a configuration file. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ArgumentError } from '../core/errors.js';
import { explain } from '../core/explain.js';
import { DIFFERENCE_NAMES } from '../method/alike.js';
import { RECIPE_NAMES } from '../method/recipes.js';
import { SETTING_NAMES, type SettingName } from '../method/settings.js';
import { nearest } from '../run/config.js';
import { DEVICES } from '../runtime/device.js';
import type { TrainOptions } from '../train/training-options.js';

/** A list, or its words with commas between, as on the command line. */
const words = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value),
  z.array(z.enum(DIFFERENCE_NAMES)),
);

/** What can be told beside the settings. */
const schema = z
  .strictObject({
    paths: z.array(z.string()),
    exclude: z.array(z.string()),
    out: z.string(),
    recipe: z.enum(RECIPE_NAMES),
    minutes: z.number().positive(),
    ignore: words,
    matters: words,
    labels: z.string(),
    init: z.string(),
    noiseWeights: z.string(),
    device: z.enum(DEVICES),
    threads: z.int().positive(),
    workers: z.int().positive(),
    localCache: z.string(),
    checkpointMinutes: z.number().positive(),
  })
  .partial();

const NAMES: readonly string[] = [...Object.keys(schema.shape), ...SETTING_NAMES];

/** Values by name, as somebody gives them. */
export type Given = Readonly<Record<string, unknown>>;

/** A value on the command line: JSON where it is JSON (numbers, lists, true), numbers with commas between, else text. */
export function parseValue(text: string): unknown {
  for (const json of text.includes(',') ? [text, `[${text}]`] : [text]) {
    try {
      return JSON.parse(json);
    } catch {
      // Perhaps it is the other.
    }
  }
  return text;
}

/**
 * `name=value` pairs as an object.
 *
 * @throws {ArgumentError} if one is not such a pair, or names what is given already
 */
export function parseAssignments(pairs: readonly string[], flags: Given): Given {
  const given: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw new ArgumentError(`--set: expected name=value, got '${pair}'. For example: --set schedule=cosine.`);
    }
    if (name in given || name in flags) {
      throw new ArgumentError(`${name}: expected one value, got two on the command line. Leave one out.`);
    }
    given[name] = parseValue(value);
  }
  return given;
}

/**
 * Reads a configuration file: a JSON object of settings and of what else `train` takes.
 *
 * @throws {ArgumentError} if it is not there or not such an object
 */
export async function readConfigFile(path: string): Promise<Given> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ArgumentError(`${path}: expected a JSON file with settings, got: ${(error as Error).message}.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given;
  throw new ArgumentError(`${path}: expected a JSON object such as {"width": 32}, got ${JSON.stringify(value)}.`);
}

/**
 * Sorts what is given into settings and the rest, and checks the rest; settings are checked by the training.
 *
 * @throws {ArgumentError} if a name is unknown, with the nearest one, or a value is out of range
 */
export function toTrainOptions(given: Given): Partial<TrainOptions> {
  const settings: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!NAMES.includes(name)) {
      throw new ArgumentError(
        `${name}: expected the name of a setting, got this. Did you mean '${nearest(name, NAMES)}'?`,
      );
    }
    if (SETTING_NAMES.includes(name as SettingName)) settings[name] = value;
    else rest[name] = value;
  }
  const parsed = schema.safeParse(rest);
  if (!parsed.success) {
    throw new ArgumentError(explain(parsed.error, rest));
  }
  return { ...(parsed.data as Partial<TrainOptions>), settings };
}
