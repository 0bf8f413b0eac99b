/** @file The configuration of a run as earlier versions wrote it, brought to the form of this one, a step a version. */
import { z } from 'zod';
import { refuseNewer } from '../core/newer.js';

/**
 * The form of `config.json`, raised whenever a field is added or changed.
 *
 * 1: version 0.1. Its first runs lack what is declared to be there since 2.
 * 2: every field is written.
 * 3: the rules by which its folders are scanned, and the updates of its pictures.
 * 4: what of a network from elsewhere is searched.
 * 5: whether pictures are looked at twice as large, too.
 * 6: how much edges count.
 */
export const CONFIG_VERSION = 6;

const VERSIONS: readonly unknown[] = Array.from({ length: CONFIG_VERSION }, (_, i) => i + 1);

type Stored = Readonly<Record<string, unknown>>;

/**
 * Declares with a field since which version of the configuration it is there.
 *
 * @param before its value in what is older, so that a run goes on as it began
 */
export function since<Schema extends z.ZodType>(version: number, schema: Schema, before: z.output<Schema>): Schema {
  return schema.meta({ since: version, before });
}

/**
 * A stored configuration in the form of this version. What is none at all is given back for the schema to refuse.
 *
 * @param schema of this version, with what is declared by `since`
 * @param name of it, for the error
 * @throws {RunError} if a later version has written it
 */
export function migrated(stored: unknown, schema: z.ZodObject, name: string): unknown {
  refuseNewer(name, stored, CONFIG_VERSION);
  if (!isStored(stored) || !VERSIONS.includes(stored['version'])) return stored;
  let config = stored;
  for (let version = Number(stored['version']); version < CONFIG_VERSION; version++) {
    config = { ...withAdded(config, schema, version + 1), version: version + 1 };
  }
  return config;
}

/** With the fields that a version has added, in objects in it as well; what is there already stays. */
function withAdded(stored: Stored, { shape }: z.ZodObject, version: number): Stored {
  const fields = Object.entries(shape).map(([name, field]): [string, unknown] => {
    const [value, meta] = [stored[name], (field as z.ZodType).meta()];
    if (field instanceof z.ZodObject && isStored(value)) return [name, withAdded(value, field, version)];
    return [name, value === undefined && meta?.['since'] === version ? meta['before'] : value];
  });
  return { ...stored, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
