/** @file Training, seen from outside: readies the run folder and its pictures, then follows the training thread. */
import { totalmem } from 'node:os';
import { openCache } from '../data/cache/cache.js';
import { ALONE, type Communicator, fromFirst } from '../machines/communicator.js';
import { parseRunConfig, type RunConfig } from '../run/config.js';
import { architecturesOf } from '../run/encoder-form.js';
import { openBackend } from '../runtime/device.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { type Decided, decide } from './decide.js';
import { type DecidedForm, decideForm } from './decide-form.js';
import { checkNotDiverged } from './divergence.js';
import { followThread } from './follow-thread.js';
import { checkIsTrained, useWhole } from './gone-on-with.js';
import { readInstances } from './instances.js';
import { newConfig } from './new-config.js';
import { openOnAll } from './run-of-all.js';
import type { TrainOptions } from './training-options.js';
import { type FoundPictures, preparePictures } from './training-pictures.js';
import { checkTrainable } from './training-plan.js';
import { checkUnchanged } from './unchanged.js';

/**
 * Trains an encoder on pictures, into a run folder.
 *
 * @returns whether training reached its end, or was stopped by the signal and can be resumed
 * @throws {ArgumentError} if a setting is unknown, out of range or contradicts another
 * @throws {DataError} if there are no pictures
 * @throws {RunError} if `out` is taken, or to be resumed and missing, damaged, diverged, or started with something else
 * @throws {DivergedError} if a number is not finite any more; checkpoints from before are kept
 * @throws {DeviceError} if the device is not there, or the memory is far too small
 */
export async function train(options: TrainOptions): Promise<'finished' | 'stopped'> {
  const { out, resume = false, machines = ALONE, signal } = options;
  const startedAt = performance.now();
  const run = await openOnAll(machines, out, () => (resume ? RunFolder.resume(out) : newRun(options)));
  try {
    const config = parseRunConfig(run.config, out);
    if (resume) {
      checkIsTrained(config, out);
      await checkUnchanged(config, options, await architecturesOf(run, config));
      await checkNotDiverged(run, config);
      if (machines.rank === 0) await useWhole(run, options.onEvent ?? (() => undefined));
      await machines.barrier();
    }
    return await followThread(run, await withPictures(run, config, options, startedAt), options);
  } catch (error) {
    if (signal?.aborted && error === signal.reason && machines.size === 1) return 'stopped';
    if (!resume && machines.rank === 0) await run.discard();
    throw error;
  } finally {
    await run.close();
  }
}

/** @returns the configuration, with what follows from the pictures and the time since `startedAt` */
async function withPictures(
  run: RunFolder,
  config: RunConfig,
  { workers = 1, onEvent: emit = () => undefined, machines = ALONE, signal }: TrainOptions,
  startedAt: number,
): Promise<Decided> {
  const isTrained = (await run.latestCheckpoint()) !== undefined;
  const secondsLeft = (): number | undefined =>
    config.asked.minutes === null ? undefined : 60 * config.asked.minutes - (performance.now() - startedAt) / 1000;
  const architectures = await architecturesOf(run, config);
  let form: DecidedForm | undefined;
  // What does not fit should be found before all the decoding; of the pictures that are found, some may not be decoded.
  const prepared = async ({ pictures, numPictures }: FoundPictures): Promise<RunConfig> => {
    if (isTrained) return config;
    if (config.decided === null) {
      form = await decideForm({
        ...{ config, architectures, pictures, numPictures, workers, signal },
        ranks: machines.size,
        scratch: `${run.cachePath}.sample`,
        backend: await openBackend(config.device, config.threads),
        seconds: secondsLeft(),
        onProgress: (what) => emit({ kind: 'measuring', what }),
      });
    }
    const expected = { ...config, settings: form?.settings ?? config.settings };
    const listed = { ids: pictures.map(({ id }) => id), labels: pictures.map(({ label }) => label) };
    const instances = { ...(await readInstances(run, expected, listed)), numImages: numPictures };
    const trained = architectures.trained(expected.settings);
    checkTrainable(expected, trained, instances, totalmem() / machines.ranksHere, machines.size);
    return expected;
  };
  await preparePictures(run, config, prepared, emit, signal, machines);
  return fromFirst(
    machines,
    machines.rank === 0 ? await withCache(run, config, form, secondsLeft(), machines, signal) : undefined,
  );
}

/** The rest of the decision, once pictures are decoded. */
async function withCache(
  run: RunFolder,
  config: RunConfig,
  form: DecidedForm | undefined,
  seconds: number | undefined,
  { size: ranks }: Communicator,
  signal: AbortSignal | undefined,
): Promise<Decided> {
  if (form === undefined) return { config, expectedSeconds: undefined };
  const cache = openCache(run.cachePath);
  try {
    const decided = await decide(config, form, await architecturesOf(run, config), cache, seconds, ranks, signal);
    await run.reconfigure(decided.config);
    return decided;
  } finally {
    cache.close();
  }
}

/** Makes the folder of a run, with a copy of the network if it has one. */
async function newRun(options: TrainOptions): Promise<RunFolder> {
  const { config, network } = await newConfig(options);
  const run = await RunFolder.create(options.out, config);
  if (network === undefined) return run;
  try {
    options.onEvent?.({ kind: 'network', network: network.told, settings: config.settings });
    await network.file.keep(run.networkPath);
    return run;
  } catch (error) {
    await run.discard();
    throw error;
  }
}
