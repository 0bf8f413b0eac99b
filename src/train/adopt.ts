/** @file A network as it is, made into a run: what a training would leave, without training. */
import { resolve } from 'node:path';
import { DataError, NotFiniteError } from '../core/errors.js';
import { gatherRows } from '../core/vector.js';
import { openCache } from '../data/cache/cache.js';
import { buildCache } from '../data/cache/cache-build.js';
import { cacheShortSide } from '../data/cache/cache-format.js';
import { USUAL_RULES, withExcluded } from '../data/scan/scan-rules.js';
import type { Device } from '../graph/target.js';
import { fitReadout } from '../method/fit-readout.js';
import type { Readout } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import type { Architectures } from '../run/architectures.js';
import { madeWith } from '../run/checkpoint-state.js';
import { type RunConfig, resolveSettings } from '../run/config.js';
import { encoderFile } from '../run/encoder-file.js';
import type { EncoderForm } from '../run/encoder-form.js';
import type { TrainEvent } from '../run/events.js';
import { type LoadedEncoder, loadEncoder } from '../run/load-encoder.js';
import { CONFIG_VERSION } from '../run/migrations.js';
import { doubtsOf } from '../run/network/doubts.js';
import { type GivenNetwork, openNetwork } from '../run/network/open-network.js';
import { withReadout, writeReadout } from '../run/readout-file.js';
import { type Backend, openBackend } from '../runtime/device.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { PartialFeatures, writeFeatures } from '../store/run-folder/stored-features.js';
import { blockOf, type Describer, openDescriber } from './describer.js';
import { encodeRange } from './encode-range.js';
import { fitFor } from './fit-for.js';
import { placesToLearnFrom } from './learn-readout.js';
import { readOutRows } from './read-out-rows.js';
import { type FoundPictures, preparePictures } from './training-pictures.js';

/** Of the vote of neighbours, as the paper has it. */
const TAU = 0.07;
/** Numbers of a feature that is whitened: as many as after a training; more of them tell nothing more (docs/encoders.md). */
const WHITENED_DIM = 128;
/** To learn that from, in some seconds. */
const MOST_PICTURES = 2048;

export interface AdoptOptions extends GivenNetwork {
  /** The run folder. */
  readonly out: string;
  /** Pictures: files and folders, scanned recursively. Without any the run answers about others. */
  readonly paths?: readonly string[];
  /** Words for files and folders that are left out, as `ScanRules` has them. */
  readonly exclude?: readonly string[];
  /** CSV file with columns path and label; default folder names. */
  readonly labels?: string;
  /** Whether long pictures lose their ends or are padded; default as the pictures suggest. */
  readonly fit?: Settings['fit'];
  /** Whether features are centred and whitened by these pictures; default true. */
  readonly whiten?: boolean;
  /** Default `cpu`. */
  readonly device?: Device;
  /** CPU threads of one operator; default all cores. */
  readonly threads?: number;
  readonly onEvent?: (event: TrainEvent) => void;
  /** Aborted, it stops; the same call goes on where it was. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a run whose encoder is a network from a file, and whose bank its features.
 *
 * @returns whether all pictures are encoded, or it was stopped by the signal
 * @throws {DataError} if the file is no network that can be read, or there are no pictures
 * @throws {ArgumentError} if it does not take pictures as they are asked for
 * @throws {RunError} if `out` is taken
 */
export async function adopt(options: AdoptOptions): Promise<'finished' | 'stopped'> {
  const { out, paths = [], exclude = [], signal, onEvent: emit = () => undefined } = options;
  const opened = await openNetwork(options);
  const backend = await openBackend(options.device ?? 'cpu', options.threads);
  const isWhitened = paths.length > 0 && (options.whiten ?? true);
  const { dim } = opened.told;
  const given = {
    ...{ featureNorm: false, tau: TAU, colours: 0, progression: [1] },
    ...(isWhitened ? { readout: 'stages', dim: Math.min(WHITENED_DIM, dim) } : { readout: 'features', dim }),
  };
  const settingsOf = (known: Architectures): Settings => resolveSettings('folder', given, known);
  const architectures = await opened.architectures('adopted', settingsOf);
  const settings = settingsOf(architectures);
  emit({ kind: 'network', network: opened.told, settings });
  const config: RunConfig = {
    version: CONFIG_VERSION,
    recipe: 'folder',
    settings,
    asked: { minutes: null, ignore: [], matters: [], given: [] },
    decided: {},
    paths: paths.map((path) => resolve(path)),
    scan: withExcluded(USUAL_RULES, exclude, paths),
    labels: options.labels === undefined ? null : resolve(options.labels),
    init: null,
    network: opened.config('adopted'),
    noiseWeights: null,
    device: options.device ?? 'cpu',
    threads: backend.threads,
    updates: [],
  };
  const run = await RunFolder.create(out, config);
  try {
    await opened.file.keep(run.networkPath);
    let decided = withFit(config, options.fit ?? settings.fit);
    const decide = async ({ pictures }: FoundPictures): Promise<RunConfig> => {
      if (options.fit === undefined) {
        const { fit, reason } = fitFor(pictures, settings.fit);
        decided = withFit(config, fit, reason);
        if (reason !== undefined) emit({ kind: 'noted', message: `long pictures: ${reason}` });
      }
      return decided;
    };
    if (paths.length === 0) await buildCache([], run.cachePath, { shortSide: cacheShortSide(settings.size) });
    else await preparePictures(run, config, decide, emit, signal);
    await run.reconfigure(decided);
    const form = { settings: decided.settings, architecture: architectures.build(decided.settings) };
    return await answerWith(run, decided, form, backend, { emit, signal });
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'stopped';
    await run.discard();
    throw error;
  } finally {
    await run.close();
  }
}

function withFit(config: RunConfig, fit: Settings['fit'], reason?: string): RunConfig {
  const settings = { ...config.settings, fit };
  return { ...config, settings, decided: reason === undefined ? {} : { long: reason } };
}

interface Told {
  readonly emit: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** Encodes the pictures, and writes what a training ends with: checkpoint, readout, encoder, features. */
async function answerWith(
  run: RunFolder,
  config: RunConfig,
  form: EncoderForm,
  backend: Backend,
  { emit, signal }: Told,
): Promise<'finished' | 'stopped'> {
  const nothing = new Map<string, Float32Array>();
  const name = run.encoderPath;
  const cache = openCache(run.cachePath);
  const isRead = form.settings.readout !== 'features';
  let describer: Describer | undefined;
  const load = (weights: ReadonlyMap<string, Float32Array>): Promise<LoadedEncoder> =>
    loadEncoder(encoderFile(form, weights), { form, weights, backend, name });
  const plain = await load(nothing).catch((error: unknown) => {
    if (!(error instanceof NotFiniteError)) throw error;
    throw new DataError(
      `${config.network!.path}: expected features of finite numbers, got others even of a picture of noise. Its weights are damaged, or it wants other numbers (--mean, --std, --scale).`,
      { cause: error },
    );
  });
  try {
    describer = isRead ? await openDescriber(form, backend, name) : undefined;
    const { encode, blocks, feature } = describer ?? { encode: plain.encode, blocks: [plain.dim], feature: 0 };
    const dim = blocks.reduce((sum, width) => sum + width);
    const key = { ...plain, dim, fingerprint: cache.fingerprint };
    const partial = await PartialFeatures.open(run.partialFeaturesPath, key, cache.length);
    const tellDoubts = (rows: Float32Array): void => {
      for (const message of doubtsOf(blockOf(rows, blocks, feature), plain.dim)) emit({ kind: 'doubt', message });
    };
    const shouldStop = (): boolean => signal?.aborted ?? false;
    const encoder = { ...plain, encode, dim };
    const range = { cache, encoder, first: 0, onFirst: tellDoubts, shouldStop, emit };
    if (!(await encodeRange(range, partial))) return 'stopped';
    const { features: described } = partial;
    const bank = blockOf(described, blocks, feature);
    const readout = isRead ? readoutOf(form, cache.length, described, blocks) : undefined;
    await run.saveCheckpoint({
      ...{ step: 0, weights: new Map(), optimizer: new Map(), encoder: plain.encoder },
      bank: new Map([['bank', { dtype: 'F32', shape: [cache.length, plain.dim], data: bank }]]),
      state: {
        fingerprint: cache.fingerprint,
        madeWith: madeWith(config),
        log: await run.logMark(),
        loss: {},
        epoch: { steps: 0, loss: 0, similarity: 0, seconds: 0 },
      },
    });
    if (readout !== undefined) await writeReadout(run, form, { step: 0, weights: nothing }, readout);
    const final = readout === undefined ? plain : await load(withReadout(nothing, readout));
    try {
      await run.writeEncoder(final.encoder);
      const features = readout === undefined ? bank : await readOutRows(described, readout, backend);
      await writeFeatures(run.featuresPath, features, { ...final, fingerprint: cache.fingerprint });
    } finally {
      if (final !== plain) await final.release();
    }
    await partial.remove();
    emit({ kind: 'finished', step: 0 });
    return 'finished';
  } finally {
    await plain.release();
    await describer?.release();
    cache.close();
  }
}

function readoutOf(
  { settings }: EncoderForm,
  numPictures: number,
  described: Float32Array,
  blocks: readonly number[],
): Readout | undefined {
  const places = placesToLearnFrom(settings, numPictures).slice(0, MOST_PICTURES).sort();
  const rows = gatherRows(described, Int32Array.from(places), described.length / numPictures);
  const parts = blocks.map((dim, place) => ({ rows: blockOf(rows, blocks, place), dim, weight: 1 }));
  return fitReadout(parts, settings.dim, settings.whitening);
}
