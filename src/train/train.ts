/** @file Training, seen from outside: readies the run folder and its pictures, then follows the training thread. */
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ArgumentError, InstDiscError, RunError } from '../core/errors.js';
import { usedInstead } from '../core/used-instead.js';
import { openCache } from '../data/cache/cache.js';
import type { Picture } from '../data/picture.js';
import type { Device } from '../graph/target.js';
import type { DifferenceName } from '../method/alike.js';
import { appliesTo, lossesWith } from '../method/losses/named-losses.js';
import { DEFAULT_RECIPE, type RecipeName } from '../method/recipes.js';
import type { Settings } from '../method/settings.js';
import { encoderNamed } from '../nn/encoders/named-encoders.js';
import {
  type Asked,
  applySettings,
  type GivenSettings,
  parseRunConfig,
  type RunConfig,
  resolveSettings,
} from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import { CONFIG_VERSION } from '../run/migrations.js';
import { wholeCheckpoint } from '../run/open-run.js';
import { openBackend } from '../runtime/device.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { askedOf } from './asked.js';
import { type Decided, decide } from './decide.js';
import { type DecidedForm, decideForm } from './decide-form.js';
import { checkNotDiverged } from './divergence.js';
import { initialWeights } from './initial-weights.js';
import { readInstances } from './instances.js';
import { ProgressFile } from './progress-file.js';
import type { ThreadMessage, TrainThreadData } from './train-thread.js';
import { preparePictures } from './training-pictures.js';
import { checkTrainable } from './training-plan.js';

export interface TrainOptions {
  /** Pictures: files and folders, scanned recursively. May be left out to resume. */
  readonly paths?: readonly string[];
  /** The run folder. */
  readonly out: string;
  /** Default `folder`. */
  readonly recipe?: RecipeName;
  /** Settings that differ from the recipe's. */
  readonly settings?: GivenSettings;
  /** How long all may take; default 20 with a recipe that adapts, if no epochs are given. */
  readonly minutes?: number;
  /** Differences between pictures that do not count, and that do; the others as the pictures suggest. */
  readonly ignore?: readonly DifferenceName[];
  readonly matters?: readonly DifferenceName[];
  /** CSV file with columns path and label, to measure by, and for the loss `supervised` to learn from; default folder names. */
  readonly labels?: string;
  /** File of weights that the encoder starts from, .safetensors by torchvision's names or .onnx; default at random. */
  readonly init?: string;
  /** CSV file with columns path and weight: how often each picture is drawn, by losses that draw; default all alike. */
  readonly noiseWeights?: string;
  /** Default `cpu`. */
  readonly device?: Device;
  /** CPU threads of one operator; default all cores. */
  readonly threads?: number;
  /** Loader threads; default 1. They change nothing but the speed. */
  readonly workers?: number;
  /** Minutes between checkpoints inside an epoch; default 5. */
  readonly checkpointMinutes?: number;
  /** Go on with the run in `out`. What else is given must be what that run was started with. */
  readonly resume?: boolean;
  readonly onEvent?: (event: TrainEvent) => void;
  /** Aborted, training saves everything and returns. */
  readonly signal?: AbortSignal;
}

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
  const { out, resume = false, signal } = options;
  const startedAt = performance.now();
  const run = resume ? await RunFolder.resume(out) : await RunFolder.create(out, await newConfig(options));
  try {
    const config = parseRunConfig(run.config, out);
    if (resume) {
      await checkUnchanged(config, options);
      await checkNotDiverged(run, config);
      await useWhole(run, options.onEvent ?? (() => undefined));
    }
    return await followThread(run, await withPictures(run, config, options, startedAt), options);
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'stopped';
    if (!resume) await run.discard();
    throw error;
  } finally {
    await run.close();
  }
}

/** @returns the configuration, with what follows from the pictures and the time since `startedAt` */
async function withPictures(
  run: RunFolder,
  config: RunConfig,
  { workers = 1, onEvent: emit = () => undefined, signal }: TrainOptions,
  startedAt: number,
): Promise<Decided> {
  const isTrained = (await run.latestCheckpoint()) !== undefined;
  const secondsLeft = (): number | undefined =>
    config.asked.minutes === null ? undefined : 60 * config.asked.minutes - (performance.now() - startedAt) / 1000;
  let form: DecidedForm | undefined;
  // What does not fit should be found before all the decoding; of the pictures that are found, some may not be decoded.
  const prepared = async (pictures: readonly Picture[]): Promise<RunConfig> => {
    if (isTrained) return config;
    if (config.decided === null) {
      form = await decideForm({
        config,
        pictures,
        scratch: `${run.cachePath}.sample`,
        backend: await openBackend(config.device, config.threads),
        workers,
        seconds: secondsLeft(),
        onProgress: (what) => emit({ kind: 'measuring', what }),
        signal,
      });
    }
    const expected = { ...config, settings: form?.settings ?? config.settings };
    const listed = { ids: pictures.map(({ id }) => id), labels: pictures.map(({ label }) => label) };
    checkTrainable(expected, await readInstances(run, expected, listed), totalmem());
    return expected;
  };
  await preparePictures(run, config, prepared, emit, signal);
  if (form === undefined) return { config, expectedSeconds: undefined };
  const cache = openCache(run.cachePath);
  try {
    const decided = await decide(config, form, cache, secondsLeft(), signal);
    await run.reconfigure(decided.config);
    return decided;
  } finally {
    cache.close();
  }
}

async function newConfig(options: TrainOptions): Promise<RunConfig> {
  const { paths = [], recipe = DEFAULT_RECIPE, labels, init, noiseWeights, device = 'cpu' } = options;
  if (paths.length === 0) throw new ArgumentError('paths: expected folders or files with pictures, got none.');
  const settings = resolveSettings(recipe, options.settings ?? {});
  if (noiseWeights !== undefined && !appliesTo('noiseWeights', settings.loss)) {
    throw new ArgumentError(
      `noiseWeights: expected only with the loss ${lossesWith('noiseWeights').join(' or ')}, got it with '${settings.loss}'.`,
    );
  }
  // Read once more when training starts; a file that does not fit should not be found only after all decoding.
  if (init !== undefined) await initialWeights(init, encoderNamed(settings.encoder, settings), settings.size);
  const { threads } = await openBackend(device, options.threads);
  const absolute = (path: string | undefined): string | null => (path === undefined ? null : resolve(path));
  return {
    version: CONFIG_VERSION,
    recipe,
    settings,
    asked: askedOf(options),
    decided: null,
    paths: paths.map((path) => resolve(path)),
    labels: absolute(labels),
    init: absolute(init),
    noiseWeights: absolute(noiseWeights),
    device,
    threads,
  };
}

/** A damaged checkpoint is set aside; from the newest that is whole, training comes to the same bytes. */
async function useWhole(run: RunFolder, emit: (event: TrainEvent) => void): Promise<void> {
  const found = await run.setDamagedAside();
  for (const { error } of found?.damaged ?? []) {
    emit({ kind: 'damaged', message: usedInstead(error, wholeCheckpoint(run, found!.loaded)).message });
  }
}

/** @throws {RunError} that names the first thing given now that the run was not started with */
async function checkUnchanged(
  config: RunConfig,
  { paths, recipe, settings = {}, minutes, ignore, matters, labels, init, noiseWeights, device, threads }: TrainOptions,
): Promise<void> {
  const given = {
    ...(paths?.length && { paths: paths.map((path) => resolve(path)) }),
    recipe,
    labels: labels && resolve(labels),
    init: init && resolve(init),
    noiseWeights: noiseWeights && resolve(noiseWeights),
    device,
    threads,
  };
  const now = applySettings(config.settings, settings);
  const pairs: [string, unknown, unknown][] = [
    ...Object.entries(given).map(([name, value]): [string, unknown, unknown] => [
      name,
      config[name as keyof RunConfig],
      value,
    ]),
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

async function followThread(
  run: RunFolder,
  { config, expectedSeconds }: Decided,
  options: TrainOptions,
): Promise<'finished' | 'stopped'> {
  const { workers = 1, checkpointMinutes = 5, onEvent: emit = () => undefined, signal } = options;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const data: TrainThreadData = { runPath: run.path, config, expectedSeconds, workers, checkpointMinutes, stop };
  const thread = new Worker(new URL('./train-thread.js', import.meta.url), { workerData: data, execArgv: [] });
  const askToStop = (): void => {
    Atomics.store(stop, 0, 1);
  };
  const progress = new ProgressFile(run);
  if (signal?.aborted) askToStop();
  signal?.addEventListener('abort', askToStop);
  try {
    return await new Promise((fulfil, reject) => {
      let end: 'finished' | 'stopped' | undefined;
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'failed') {
          reject(new ThreadError(message.message, message.exitCode, message.stack));
          return;
        }
        if (message.kind === 'finished' || message.kind === 'stopped') end = message.kind;
        progress.take(message);
        emit(message);
      });
      thread.on('error', reject);
      thread.on('exit', (code) => {
        if (end) fulfil(end);
        else
          reject(
            new RunError(
              `training: expected to finish, got an end of its thread with code ${code}. Go on with --resume.`,
            ),
          );
      });
    });
  } finally {
    signal?.removeEventListener('abort', askToStop);
    await thread.terminate();
    await progress.close();
  }
}

/** An error from the training thread, as it was there. */
class ThreadError extends InstDiscError {
  override readonly exitCode: number;

  constructor(message: string, exitCode: number, stack: string | undefined) {
    super(message);
    this.exitCode = exitCode;
    if (stack !== undefined) this.stack = stack;
  }
}
