/** @file What a checkpoint keeps beside tensors. Random numbers need no state: they are functions of seed, step and picture. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { DamageError, RunError } from '../core/errors.js';
import { plural } from '../core/format.js';
import type { OnDamage } from '../core/used-instead.js';
import { markOf } from '../store/run-folder/run-files.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { migratedConfig, type RunConfig } from './config.js';
import type { EpochRecord } from './events.js';

const madeWithSchema = z.record(z.string(), z.unknown());
const withMadeWith = z.object({ madeWith: madeWithSchema.optional() });
const logMarkSchema = z.strictObject({ records: z.number(), digest: z.string() }).optional();
const withLogMark = z.object({ log: logMarkSchema });
/** Every setting that determines the numbers of a checkpoint, by its name in `config.json`. */
export type MadeWith = z.infer<typeof madeWithSchema>;

export const stateSchema = z
  .strictObject({
    fingerprint: z.string(),
    /** Checkpoints of version 0.1 lack it. */
    madeWith: madeWithSchema.optional(),
    /** The metrics as far as here: how many records, and the SHA-256 of their lines. Checkpoints of version 0.1 lack it. */
    log: logMarkSchema,
    /** What the loss goes on with. */
    loss: z.record(z.string(), z.number()).optional(),
    /** How many ranks trained, if there were several. */
    ranks: z.int().positive().optional(),
    /** Version 0.1 has NCE's here, whatever the loss. */
    z: z.number().optional(),
    epoch: z.strictObject({ steps: z.number(), loss: z.number(), similarity: z.number(), seconds: z.number() }),
  })
  .transform(({ z, loss, ...state }) => ({ ...state, loss: loss ?? (z === undefined ? {} : { z }) }));

export type CheckpointState = z.infer<typeof stateSchema>;
/** What is known of the metrics as they were when a checkpoint was saved. */
export type LogMark = CheckpointState['log'];

/**
 * What has become of the metrics since a checkpoint was saved; nothing is computed from them, so training goes on.
 *
 * @param path of the metrics
 * @param before as the checkpoint has it
 * @param now of the records up to the checkpoint's step
 * @returns a sentence without its end if they are others; undefined if not, or if nothing is known
 */
export function lostLog(path: string, step: number, before: LogMark, now: NonNullable<LogMark>): string | undefined {
  if (before === undefined || before.digest === now.digest) return undefined;
  const [was, is] = [before, now].map(({ records }) => plural(records, 'epoch'));
  const got = now.records === before.records ? 'others' : `those of ${is}`;
  return (
    `${path}: expected the records of ${was} that the checkpoint of step ${step} was saved with, got ${got}. What is ` +
    'missing cannot be made again'
  );
}

/**
 * The metrics for those who show them.
 *
 * @param onDamage told if they are not what the newest whole checkpoint was saved with
 * @throws {DamageError} if a line of them is no record at all
 * @throws {RunError} if there is no whole checkpoint
 */
export async function readMetrics(folder: RunFolder, onDamage: OnDamage): Promise<readonly EpochRecord[]> {
  const { step, state } = (await folder.loadNewest([])).loaded;
  const records = (await folder.readLog()) as EpochRecord[];
  const now = markOf(records.filter((record) => record.step <= step));
  const lost = lostLog(folder.metricsPath, step, withLogMark.safeParse(state).data?.log, now);
  if (lost !== undefined) onDamage(new DamageError(`${lost}; what is there is shown.`));
  return records;
}

/**
 * What a run's checkpoints are made with. The pictures have a fingerprint of their own, and of files that were read at
 * the start (weights, noise) a checkpoint holds what came of them.
 */
export function madeWith({ version, settings, device, threads, network, updates }: RunConfig): MadeWith {
  const { number, firstStep, firstEpoch, firstPlace } = updates.at(-1) ?? {};
  const drawn = firstPlace !== undefined && { firstPlace };
  return {
    ...{ version, ...settings, device, threads },
    ...(network && { network: network.sha256 }),
    ...(number !== undefined && { update: { number, firstStep, firstEpoch, ...drawn } }),
  };
}

/**
 * Sees to it that a training goes on, and is read, with what its checkpoint was made with, whatever has become of
 * `config.json`.
 *
 * @param before as the checkpoint has it; nothing is known of those of version 0.1
 * @param path of the run folder
 * @throws {RunError} that names the first setting that is another one now, or if a later version has written it
 */
export function checkMadeWith(before: MadeWith | undefined, config: RunConfig, path: string, step: number): void {
  const now = madeWith(config);
  for (const [name, value] of Object.entries(inThisForm(before, `${path}: the checkpoint of step ${step}`))) {
    if (isDeepStrictEqual(value, now[name])) continue;
    const [was, is] = [value, now[name]].map((each) => JSON.stringify(each) ?? 'nothing');
    throw new RunError(
      `${join(path, 'config.json')}: ${name}: expected ${was}, with which the checkpoint of step ${step} was made, got ${is}. Put ${was} back, or start a new run with another --out.`,
    );
  }
}

/**
 * Checks the same of a state as it was read, of which nothing else is known.
 *
 * @throws {RunError} as `checkMadeWith` does
 */
export function checkStateMadeWith(state: unknown, config: RunConfig, path: string, step: number): void {
  checkMadeWith(withMadeWith.safeParse(state).data?.madeWith, config, path, step);
}

/** What an earlier version has made a checkpoint with, by the names of this one. */
function inThisForm(before: MadeWith | undefined, name: string): MadeWith {
  if (before === undefined) return {};
  const { version = 1, device, threads, network, update, ...settings } = before;
  const config = migratedConfig({ version, settings, device, threads, updates: [] }, name) as RunConfig;
  return {
    ...madeWith(config),
    ...(network !== undefined && { network }),
    ...(update !== undefined && { update }),
  };
}
