/** @file A run whose loss learns classes, opened to tell them with the weights of the loss itself. */
import { RunError } from '../core/errors.js';
import { evalBatches } from '../data/batches/eval-batches.js';
import { openCache } from '../data/cache/cache.js';
import type { Picture, Skipped } from '../data/picture.js';
import { classLogitsGraph } from '../method/class-logits.js';
import { CLASS_LOSSES, lossNamed } from '../method/losses/named-losses.js';
import { Variables } from '../nn/variables.js';
import { openBackend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { classNumbers } from './class-numbers.js';
import { parseRunConfig, type RunConfig } from './config.js';
import { ENCODE_BATCH } from './embed.js';
import { formOf } from './encoder-form.js';
import { extractFeatures, finiteOnly } from './features.js';
import { newestParts, numbersOf, type OpenRunOptions } from './open-run.js';

/** What a classifier answers to some pictures. */
export interface Responses {
  /** Those that could be decoded, in the order they were given. */
  readonly pictures: readonly Picture[];
  /** float32[pictures, classes], w_c·v: the larger, the more the picture is taken to be of the class. */
  readonly logits: Float32Array;
  readonly skipped: readonly Skipped[];
}

export interface RespondOptions {
  /** Called with the pictures done so far. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface TrainedClassifier {
  readonly path: string;
  readonly config: RunConfig;
  /** Names, in the order of the logits. */
  readonly classes: readonly string[];
  /** @throws the signal's reason */
  respond(pictures: readonly Picture[], options?: RespondOptions): Promise<Responses>;
  release(): Promise<void>;
}

/**
 * Opens the newest checkpoint of a run whose loss tells classes.
 *
 * @throws {RunError} if there is no run, it has no checkpoint yet, or was trained with another loss
 * @throws {DeviceError} if the device is not there
 */
export async function openClassifier(
  path: string,
  { device = 'cpu', threads, onDamage }: OpenRunOptions = {},
): Promise<TrainedClassifier> {
  const folder = await RunFolder.open(path);
  const config = parseRunConfig(folder.config, path);
  const { settings } = config;
  const { classLogits } = lossNamed(settings.loss);
  if (classLogits === undefined) {
    throw new RunError(
      `${path}: expected a run trained with the loss ${CLASS_LOSSES.join(' or ')}, which has a weight row for each class, got '${settings.loss}'. Train one with --loss ${CLASS_LOSSES[0]}.`,
    );
  }
  const parts = await newestParts(folder, config, ['weights', 'head'], onDamage);
  const [weights, head] = [numbersOf(parts.weights), numbersOf(parts.head)];
  const classes = classesOf(folder);
  const { architecture } = await formOf(folder, config);
  const graph = classLogitsGraph(
    architecture,
    { batch: ENCODE_BATCH, size: settings.size },
    new Variables('folded', weights),
    classLogits,
    new Variables('folded', head),
    classes.length,
  );
  const program = await Program.create(graph, await openBackend(device, threads));
  return {
    path,
    config,
    classes,
    respond: async (pictures, { onProgress, signal } = {}) => {
      const skipped: Skipped[] = [];
      const batches = evalBatches(pictures, {
        ...settings,
        batch: ENCODE_BATCH,
        onSkip: (picture) => skipped.push(picture),
        ...(signal && { signal }),
      });
      const encode = finiteOnly(async (images) => (await program.run({ images }))['logits']!, `${path}: logits`);
      const { pictures: decoded, features: logits } = await extractFeatures(batches, encode, classes.length, (done) =>
        onProgress?.(done + skipped.length, pictures.length),
      );
      return { pictures: decoded, logits, skipped };
    },
    release: () => program.release(),
  };
}

function classesOf({ cachePath }: RunFolder): readonly string[] {
  const cache = openCache(cachePath);
  const { labels } = cache;
  cache.close();
  return classNumbers(labels).classes;
}
