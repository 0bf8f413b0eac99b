/** @file What each part of the work reaches, beside what this machine can do in the same process: `instdisc bench`. */
import { ArgumentError } from '#src/core/errors.js';
import { data } from './data.js';
import { embed } from './embed.js';
import { knn } from './knn.js';
import { memory } from './memory.js';
import { printProfiles } from './profile.js';
import { type Options, type Part, printTable } from './report.js';
import { train } from './train.js';

const PARTS: Readonly<Record<string, Part>> = { train, embed, data, knn, memory };

/** How the command line calls it. */
export interface BenchRequest extends Options {
  /** Names of parts; all if empty. */
  readonly parts: readonly string[];
  /** Tell where the time of the training steps goes, instead. */
  readonly profile: boolean;
  /** In the profile, tell calls with other shapes apart. */
  readonly shapes: boolean;
  readonly json: boolean;
}

/** @throws {ArgumentError} if a part or a configuration is unknown */
export async function bench({ parts, profile, shapes, json, ...options }: BenchRequest): Promise<void> {
  const unknown = parts.find((name) => PARTS[name] === undefined);
  if (unknown !== undefined) {
    throw new ArgumentError(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${unknown}.`);
  }
  if (profile) return printProfiles(options, shapes, json);
  for (const name of parts.length > 0 ? parts : Object.keys(PARTS)) {
    const rows = await PARTS[name]!(options);
    if (json) console.log(JSON.stringify({ part: name, threads: options.threads, node: process.version, rows }));
    else printTable(name, rows);
  }
}
