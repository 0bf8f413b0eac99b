/** @file The configuration of a run: checked settings, and everything else that determines what comes out. */
import { join } from 'node:path';
import { z } from 'zod';
import { ArgumentError, RunError } from '../core/errors.js';
import { explain } from '../core/explain.js';
import { FIRST_RULES, type ScanRules } from '../data/scan/scan-rules.js';
import type { Device } from '../graph/target.js';
import { DIFFERENCE_NAMES, type DifferenceName } from '../method/alike.js';
import { appliesTo, lossesWith } from '../method/losses/named-losses.js';
import { RECIPE_NAMES, RECIPES, type RecipeName } from '../method/recipes.js';
import {
  DECLARED_SETTINGS,
  LEAST_SIZE,
  SETTING_NAMES,
  type SETTINGS,
  type SettingName,
  type Settings,
  saidOf,
} from '../method/settings.js';
import { stemFor } from '../nn/encoders/encoder.js';
import { DEVICES } from '../runtime/device.js';
import { type Architectures, NAMED } from './architectures.js';
import { CONFIG_VERSION, migrated, since } from './migrations.js';
import { type RunUpdate, runUpdateSchema } from './run-update.js';

/** What each setting may be. */
export const settingsSchema: z.ZodObject<SettingShape> & z.ZodType<Settings> = z.strictObject(
  Object.fromEntries(
    DECLARED_SETTINGS.map(([name, { schema, since: added }]) => {
      const said = schema.describe(saidOf(name));
      return [name, added ? since(added.version, said, added.before) : said];
    }),
  ) as unknown as SettingShape,
);
type SettingShape = { [Name in SettingName]: (typeof SETTINGS)[Name]['schema'] };

/** What those settings are that take several numbers, in words. */
const FORMS: Readonly<Record<string, string>> = Object.fromEntries(
  DECLARED_SETTINGS.flatMap(([name, { form }]) => (form === undefined ? [] : [[name, form]])),
);

/** Settings as somebody gives them: some of them, not yet checked. */
export type GivenSettings = Readonly<Partial<Record<string, unknown>>>;

/** What is asked of a training beside its settings, and which of these were given. */
export interface Asked {
  /** Minutes it may take; null if its epochs are given, or the recipe's. */
  readonly minutes: number | null;
  readonly ignore: readonly DifferenceName[];
  readonly matters: readonly DifferenceName[];
  readonly given: readonly SettingName[];
}

/** A network that a file has brought. The run has a copy of it. */
export interface RunNetwork {
  /** Absolute path of the file. */
  readonly path: string;
  /** Of it and what lies beside it. */
  readonly sha256: string;
  /** Whether it takes pictures of other sizes than it was trained on. */
  readonly anySize: boolean;
  /** Whether it answers as it is, or is trained further. */
  readonly use: 'adopted' | 'trained';
}

/** All that a run folder records about how it came to be. */
export interface RunConfig {
  readonly version: typeof CONFIG_VERSION;
  readonly recipe: RecipeName;
  readonly settings: Settings;
  /** What was asked for where the pictures decide the rest. */
  readonly asked: Asked;
  /** What was decided by the pictures and the time, and why, by subject; null before it is. */
  readonly decided: Readonly<Record<string, string>> | null;
  /** Absolute paths that were scanned. */
  readonly paths: readonly string[];
  /** How, so that the same pictures are found again. */
  readonly scan: ScanRules;
  readonly labels: string | null;
  /** Absolute path of the weights that the encoder started from. */
  readonly init: string | null;
  /** The network that the encoder is made of, where it is not one of ours. */
  readonly network: RunNetwork | null;
  /** Absolute path of the CSV file with the noise that negatives are drawn from. */
  readonly noiseWeights: string | null;
  readonly device: Device;
  /** CPU threads of one operator: sums are rounded differently for another number. */
  readonly threads: number;
  /** How its pictures have changed since, the oldest first. */
  readonly updates: readonly RunUpdate[];
}

const differences = z.array(z.enum(DIFFERENCE_NAMES));
const askedSchema = z.strictObject({
  minutes: z.number().positive().nullable(),
  ignore: differences,
  matters: differences,
  given: z.array(z.enum(SETTING_NAMES)),
}) satisfies z.ZodType<Asked>;

const networkSchema = z.strictObject({
  path: z.string(),
  sha256: z.string(),
  anySize: z.boolean(),
  use: z.enum(['adopted', 'trained']),
}) satisfies z.ZodType<RunNetwork>;

const words = z.array(z.string());
const scanSchema = z.strictObject({
  usual: words,
  exclude: words,
  classes: z.enum(['first', 'telling']),
}) satisfies z.ZodType<ScanRules>;

const runConfigSchema = z.strictObject({
  version: z.literal(CONFIG_VERSION),
  recipe: z.enum(RECIPE_NAMES),
  settings: settingsSchema,
  asked: since(2, askedSchema, { minutes: null, ignore: [], matters: [], given: [] }),
  decided: since(2, z.record(z.string(), z.string()).nullable(), {}),
  paths: z.array(z.string()),
  scan: since(3, scanSchema, { ...FIRST_RULES, usual: [...FIRST_RULES.usual], exclude: [...FIRST_RULES.exclude] }),
  labels: z.string().nullable(),
  init: since(2, z.string().nullable(), null),
  network: since(2, networkSchema.nullable(), null),
  noiseWeights: since(2, z.string().nullable(), null),
  device: z.enum(DEVICES as [Device, ...Device[]]),
  threads: z.int().positive(),
  updates: since(3, z.array(runUpdateSchema), []),
}) satisfies z.ZodType<RunConfig>;

/**
 * The recipe's settings with the given ones in place.
 *
 * What follows from another setting does so unless it is given: `resize` keeps the recipe's proportion to `size`, small
 * crops get a stem that leaves enough of them, and the warm-up takes at most a tenth of the epochs.
 *
 * @throws {ArgumentError} if a name is unknown (with the nearest one), a value is out of range, or two contradict
 */
export function resolveSettings(
  recipe: RecipeName,
  given: GivenSettings,
  architectures: Architectures = NAMED,
): Settings {
  const base: Settings = { ...RECIPES[recipe], ...architectures.usual };
  const size = typeof given['size'] === 'number' ? given['size'] : base.size;
  const resize = Math.round((size * base.resize) / base.size);
  const stem = stemFor(base.stem, size);
  const epochs = typeof given['epochs'] === 'number' ? given['epochs'] : base.epochs;
  const warmup = Math.min(base.warmup, epochs / 10);
  // What takes pictures of one size only is shown no others, nor is what stays as it is.
  const one = { progression: [1], localCrops: 0, zoom: 1 as const };
  const settings = applySettings({ ...base, resize, stem, warmup, ...one }, given, architectures);
  if (settings.freeze || !architectures.build(settings).anySize) return settings;
  const { localCrops, zoom } = base;
  const progression = base.progression.map((part) => Math.max(part, LEAST_SIZE / settings.size));
  const free = Object.entries({ progression, localCrops, zoom }).filter(([name]) => !(name in given));
  return applySettings({ ...settings, ...Object.fromEntries(free) }, {}, architectures);
}

/**
 * Settings with the given ones in place.
 *
 * @throws {ArgumentError} as `resolveSettings` does
 */
export function applySettings(base: Settings, given: GivenSettings, architectures: Architectures = NAMED): Settings {
  for (const name of Object.keys(given)) {
    if (SETTING_NAMES.includes(name as SettingName)) continue;
    throw new ArgumentError(
      `${name}: expected the name of a setting, got this. Did you mean '${nearest(name, SETTING_NAMES)}'?`,
    );
  }
  const all = { ...base, ...given };
  const parsed = settingsSchema.safeParse(all);
  if (!parsed.success) throw new ArgumentError(explain(parsed.error, all, FORMS));
  return checkTogether(parsed.data, given, architectures);
}

const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

function checkTogether(settings: Settings, given: GivenSettings, architectures: Architectures): Settings {
  const { crop, resize, size, progression, loss, warmup, epochs } = settings;
  if (crop[0] > crop[1]) throw new ArgumentError(`crop: expected the smaller part first, got ${crop.join(', ')}.`);
  if (resize < size)
    throw new ArgumentError(`resize: expected at least the size of the crops, ${size}, got ${resize}.`);
  if (warmup >= epochs) throw new ArgumentError(`warmup: expected fewer than the ${epochs} epochs, got ${warmup}.`);
  const { leastSize, anySize } = architectures.build(settings);
  if (size < leastSize) {
    throw new ArgumentError(
      `size: expected at least ${leastSize} pixels for ${settings.encoder} with the stem '${settings.stem}', got ${size}.`,
    );
  }
  if (!anySize && progression.some((part) => part !== 1)) {
    throw new ArgumentError(
      `progression: expected [1] for ${settings.encoder}, whose weights fit pictures of one size only, got [${progression}].`,
    );
  }
  if (!anySize && 'localCrops' in given && settings.localCrops > 0) {
    throw new ArgumentError(
      `localCrops: expected 0 for ${settings.encoder}, whose weights fit pictures of one size only, got ${settings.localCrops}.`,
    );
  }
  if (!anySize && settings.zoom > 1) {
    throw new ArgumentError(
      `zoom: expected 1 for ${settings.encoder}, whose weights fit pictures of one size only, got ${settings.zoom}.`,
    );
  }
  const smallest = Math.round(Math.min(...progression) * size);
  if (smallest < LEAST_SIZE) {
    throw new ArgumentError(
      `progression: expected crops of ${LEAST_SIZE} pixels or more, got ${smallest}: ${Math.min(...progression)} of size ${size}.`,
    );
  }
  for (const name of Object.keys(given)) {
    if (appliesTo(name, loss)) continue;
    const losses = lossesWith(name);
    throw new ArgumentError(
      `${name}: expected only with the loss ${EITHER.format(losses)}, got it with '${loss}'. Add --loss ${losses[0]}, or leave it out.`,
    );
  }
  return settings;
}

/**
 * The configuration a run folder holds, as it would be if this version had written it.
 *
 * @throws {RunError} if it is none, or a later version has written it
 */
export function parseRunConfig(value: unknown, path: string): RunConfig {
  const config = migratedConfig(value, join(path, 'config.json'));
  const parsed = runConfigSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new RunError(`${path}: expected the configuration of a run, got: ${explain(parsed.error, config)}`);
}

/**
 * The configuration of a run, or a part of one with its `version`, in the form of this version; not checked otherwise.
 *
 * @param name of it, for the error
 * @throws {RunError} if a later version has written it
 */
export function migratedConfig(value: unknown, name: string): unknown {
  return migrated(value, runConfigSchema, name);
}

/** The name closest to a mistyped one (least edits). */
export function nearest(name: string, names: readonly string[]): string {
  return names.reduce((best, candidate) => (edits(name, candidate) < edits(name, best) ? candidate : best));
}

/** Levenshtein distance, ignoring case. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1]!.toLowerCase() === b[j - 1]!.toLowerCase();
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
