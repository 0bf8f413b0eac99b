/** @file A network from a file, or a run's copy of it, opened to make encoders of. */
import { basename } from 'node:path';
import { ArgumentError, DamageError, DataError, InstDiscError, ShapeError } from '../../core/errors.js';
import { fromOnnx, type Network } from '../../graph/from-onnx/from-onnx.js';
import { imageInput } from '../../graph/from-onnx/image-input.js';
import { parseOnnx } from '../../graph/from-onnx/onnx-model.js';
import { input } from '../../graph/value.js';
import type { Settings } from '../../method/settings.js';
import { pyramid } from '../../nn/pyramid.js';
import { evaluateOnnx } from '../../runtime/evaluate-onnx.js';
import type { Architectures } from '../architectures.js';
import type { RunConfig, RunNetwork } from '../config.js';
import { chooseForm, type GivenForm } from './choose-form.js';
import { networkArchitectures, sidesShown } from './network-architectures.js';
import { NetworkFile } from './network-file.js';
import { saidBeside } from './said-beside.js';
import { saidInside } from './said-inside.js';

/** A network, and what somebody says of it. */
export interface GivenNetwork extends GivenForm {
  /** Path of an ONNX file. */
  readonly network: string;
  readonly cut?: string;
  readonly channels?: Settings['channels'];
  readonly layout?: Settings['layout'];
}

/** Settings that say how a network is shown pictures, and where its feature is. */
export type NetworkForm = Pick<
  Settings,
  'size' | 'resize' | 'interpolation' | 'fit' | 'mean' | 'std' | 'channels' | 'layout' | 'cut'
>;

/** What is told of a network before anything is done with it. */
export interface NetworkTold {
  readonly path: string;
  /** Numbers of its feature, and which value that is, in words. */
  readonly dim: number;
  readonly feature: string;
  /** Sides of its earlier maps, of which features may be made, too; the largest first. */
  readonly maps: readonly number[];
  readonly numParameters: number;
  /** What pictures must look like. */
  readonly form: NetworkForm;
  /** Where that is said, and what was assumed. */
  readonly told: readonly string[];
}

export interface OpenedNetwork {
  readonly file: NetworkFile;
  readonly told: NetworkTold;
  /** What a run says of it. */
  config(use: RunNetwork['use']): RunNetwork;
  /**
   * The encoders of it that a run makes.
   *
   * @param settingsOf gives the settings that are wanted, by what is known of the network so far; what they ask of it is
   *   then read
   */
  architectures(use: RunNetwork['use'], settingsOf: (known: Architectures) => Settings): Promise<Architectures>;
}

/** Part of its size that a network is tried at: 160 of 224 pixels, which its strides divide. */
const TRIED = 5 / 7;

/**
 * @throws {DataError} if the file cannot be read, is no image network, or has an operator that is not known here
 * @throws {ArgumentError} if it cannot be as it is asked for
 */
export async function openNetwork(given: GivenNetwork): Promise<OpenedNetwork> {
  const file = await NetworkFile.open(given.network);
  return about(file.path, async () => {
    const model = parseOnnx(file.bytes, (location) => file.beside(location));
    const { layout, height, width, isGrey } = imageInput(model.graph, given.layout);
    if (height !== width) {
      throw new DataError(
        `expected a network that takes square pictures, got one for ${height ?? 'any'} × ${width ?? 'any'} pixels. Export it with height and width left open.`,
      );
    }
    const said = saidInside(Object.fromEntries(model.metadata)) ?? (await saidBeside(file.path));
    const { form, told } = chooseForm(given, said, height);
    const { channels = 'rgb', cut = '' } = given;
    const usual: NetworkForm = { ...form, channels, layout, cut };
    const isSizeAssumed = (given.size ?? said?.form.size ?? height) === undefined;
    const read = await readNetwork(file, usual).catch((error: Error) => {
      if (!isSizeAssumed || !(error.cause instanceof ShapeError)) throw error;
      throw new DataError(
        `${error.message} Nothing says what size of pictures it takes, and it was read for ${form.size} pixels: give --size.`,
        { cause: error },
      );
    });
    if (read.dim < 2) {
      throw new DataError(
        `feature: expected at least two numbers, got one: ${read.feature}. Take another value with --cut.`,
      );
    }
    const other = await readNetwork(file, { ...usual, size: Math.round(form.size * TRIED) }).catch(() => undefined);
    const anySize = other?.dim === read.dim;
    const numParameters = [...read.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
    return {
      file,
      told: {
        ...{ path: file.path, dim: read.dim, feature: read.feature, numParameters, form: usual },
        maps: sidesOfMaps(read),
        told: isGrey ? ['in grey, the only colour that it takes', ...told] : told,
      },
      config: (use) => ({ path: file.path, sha256: file.sha256, anySize, use }),
      architectures: (use, settingsOf) =>
        about(file.path, async () => {
          const ofSize = new Map([[form.size, read]]);
          const known = { name: basename(file.path), usual, use, anySize, ofSize, frozen: new Set<string>() };
          const settings = settingsOf(networkArchitectures(known));
          await readSides(file, settings, ofSize);
          return networkArchitectures({ ...known, frozen: await frozenNames(file, settings) });
        }),
    };
  });
}

/**
 * The encoders of the network that a run has a copy of.
 *
 * @param folder of the copy
 * @throws {DamageError} if it is not what was put there
 */
export async function openCopy(folder: string, { settings, network }: RunConfig): Promise<Architectures> {
  const { path, sha256, use, anySize } = network!;
  const file = await NetworkFile.ofRun(folder);
  const { size, resize, interpolation, fit, mean, std, channels, layout, cut } = settings;
  const usual = { size, resize, interpolation, fit, mean, std, channels, layout, cut };
  try {
    const ofSize = new Map<number, Network>();
    await readSides(file, settings, ofSize);
    const frozen = await frozenNames(file, settings);
    if (file.sha256 === sha256) {
      return networkArchitectures({ name: basename(path), usual, use, anySize, frozen, ofSize });
    }
  } catch (error) {
    throw new DamageError(`${file.path}: expected the network of the run, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
  throw new DamageError(
    `${file.path}: expected the network of the run, of SHA-256 ${sha256.slice(0, 16)}…, got other bytes. Copy ${path} there, if it is still the same.`,
  );
}

/** Reads the network for all pictures that these settings show it, as far as it is not read yet. */
async function readSides(file: NetworkFile, settings: Settings, ofSize: Map<number, Network>): Promise<void> {
  for (const size of sidesShown(settings)) {
    if (!ofSize.has(size)) ofSize.set(size, await readNetwork(file, { ...settings, size }));
  }
}

/** Sides of the maps that a run may read beside the feature. */
function sidesOfMaps({ input: { height }, build }: Network): number[] {
  const feature = build(input('images', [1, 3, height, height]));
  return Array.from(pyramid(feature, height).values(), ({ shape }) => shape[2]!);
}

/** Names of the parameters that the node `freezeUntil` depends on. */
async function frozenNames(file: NetworkFile, settings: Settings): Promise<ReadonlySet<string>> {
  if (settings.freezeUntil === '') return new Set();
  return new Set((await readNetwork(file, { ...settings, cut: settings.freezeUntil })).parameters.keys());
}

/** The network for pictures of one size. */
function readNetwork(
  file: NetworkFile,
  { size, cut, layout }: Pick<Settings, 'size' | 'cut' | 'layout'>,
): Promise<Network> {
  return fromOnnx(file.bytes, {
    evaluate: evaluateOnnx,
    ...{ height: size, width: size, layout },
    ...(cut !== '' && { cut }),
    external: (location) => file.beside(location),
  });
}

/** Says in errors which file they are about. */
async function about<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InstDiscError) || error.message.startsWith(path)) throw error;
    const Kind = error instanceof ArgumentError ? ArgumentError : DataError;
    throw new Kind(`${path}: ${error.message}`, { cause: error });
  }
}
