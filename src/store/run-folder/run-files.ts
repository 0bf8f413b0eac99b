/**
 * @file The files of a run beside its checkpoints: where each lies, how it is written, and read.
 *
 *     config.json            everything that determines the run
 *     inputs/                files that a command made for the training to read (labels, weights to start from), if any
 *     metrics.jsonl          one record a line, appended while training
 *     cache/                 the decoded pictures
 *     skipped.jsonl          files that were left out and why, if there are any
 *     checkpoints/           step-00001234/ with weights, optimizer, bank (.safetensors), state.json and digests.json;
 *                            head and noise, if the loss has them; damaged-step-00001234/, one that a resumed training
 *                            has set aside
 *     network/               a copy of the ONNX file that the encoder is made of, and of what lay beside it, if it is not one
 *                            of ours
 *     encoder.onnx           the encoder of the newest checkpoint
 *     crops.safetensors      with freeze: the network's features of some crops of each picture, which are trained on;
 *                            crops.safetensors.partial/, those of some, if that was interrupted,
 *                            and of several ranks those of each
 *     readout.safetensors    how features are read from the stages of the encoder, learnt at the same time
 *     features.safetensors   the features of all pictures by it, once a training has ended or was stopped
 *     features.partial/      those of some, if that was interrupted
 *     index/                 features of other pictures, if they were asked for; or index.json, where else they are
 *     duplicates.json        the threshold of duplicates found from its pictures, once it was asked for
 *     map.arrow              where each picture lies on the map, if that was asked for
 *     thumbnails/            pictures as the page shows them, as many as a bound allows
 *     update-1/              after an update of the pictures: cache/, checkpoints/, crops.safetensors, features.safetensors and
 *                            skipped.jsonl as above, in place of those; of the last update only
 *     run.lock               which process is training, while one is
 *     progress.json          how far that is, replaced about once a second
 *     diverged.json          that the training has diverged, and when, if it has
 */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withPath } from '../../core/system-errors.js';
import { replaceFile, writeFileAtomic } from '../files/atomic.js';
import { digestOf } from '../files/digest.js';
import { appendJsonLine, jsonLinesOf, readJsonLines, truncateAfter } from '../files/jsonl.js';
import { CACHE, FEATURES, picturesPath, SKIPPED } from './pictures-folder.js';

/** What a `RunFolder` is but for its lock and its checkpoints. */
export class RunFiles {
  readonly path: string;
  /** What the run was created with, as JSON reads it back; its meaning is the training's business. */
  readonly config: unknown;
  /** What is of its pictures as they are now: the run folder, or after an update a folder in it. */
  readonly picturesPath: string;
  readonly cachePath: string;
  readonly encoderPath: string;
  readonly networkPath: string;
  readonly featuresPath: string;
  readonly partialFeaturesPath: string;
  readonly cropFeaturesPath: string;
  readonly readoutPath: string;
  readonly metricsPath: string;
  readonly skippedPath: string;
  readonly progressPath: string;
  readonly divergencePath: string;
  readonly indexPath: string;
  readonly indexAddressPath: string;

  protected constructor(path: string, config: unknown) {
    this.path = path;
    this.config = config;
    const pictures = picturesPath(path, config);
    this.picturesPath = pictures;
    this.cachePath = join(pictures, CACHE);
    this.encoderPath = join(path, 'encoder.onnx');
    this.networkPath = join(path, 'network');
    this.featuresPath = join(pictures, FEATURES);
    this.partialFeaturesPath = join(pictures, 'features.partial');
    this.cropFeaturesPath = join(pictures, 'crops.safetensors');
    this.readoutPath = join(path, 'readout.safetensors');
    this.metricsPath = join(path, 'metrics.jsonl');
    this.skippedPath = join(pictures, SKIPPED);
    this.progressPath = join(path, 'progress.json');
    this.divergencePath = join(path, 'diverged.json');
    this.indexPath = join(path, 'index');
    this.indexAddressPath = join(path, 'index.json');
  }

  /** Replaces what is known of the training that goes on. */
  async writeProgress(progress: object): Promise<void> {
    await replaceFile(this.progressPath, `${JSON.stringify(progress)}\n`);
  }

  /** @returns undefined while no training goes on, or before its first report, or if a power cut has left it torn */
  async readProgress(): Promise<unknown> {
    return readJsonIfThere(this.progressPath);
  }

  async removeProgress(): Promise<void> {
    await rm(this.progressPath, { force: true });
  }

  /** Records that the training has diverged. */
  async writeDivergence(divergence: object): Promise<void> {
    await writeFileAtomic(this.divergencePath, `${JSON.stringify(divergence, null, 2)}\n`);
  }

  /** @returns undefined if it has not */
  async readDivergence(): Promise<unknown> {
    return readJsonIfThere(this.divergencePath);
  }

  /** Appends a record to the metrics. */
  async log(record: object): Promise<void> {
    await appendJsonLine(this.metricsPath, record);
  }

  /** All records of the metrics, without a line that a crash has torn. */
  async readLog(): Promise<unknown[]> {
    return readJsonLines(this.metricsPath);
  }

  /** How many records the metrics have, and the SHA-256 of their lines. */
  async logMark(): Promise<{ readonly records: number; readonly digest: string }> {
    return markOf(await this.readLog());
  }

  /** Different whenever the metrics are: to see whether there are new ones without reading them. */
  async logVersion(): Promise<string> {
    return versionOf(this.metricsPath);
  }

  /** Drops the metrics from the first record on for which `isKept` fails, as a resumed training will log them anew. */
  async rewindLog(isKept: (record: unknown) => boolean): Promise<void> {
    await truncateAfter(this.metricsPath, isKept);
  }

  /** Records which files were left out, if any were. */
  async writeSkipped(skipped: readonly object[]): Promise<void> {
    await writeSkippedList(this.skippedPath, skipped);
  }

  /** Replaces the encoder. */
  async writeEncoder(onnx: Uint8Array): Promise<void> {
    await writeFileAtomic(this.encoderPath, onnx);
  }

  /** Different whenever the encoder is, or the features of the pictures. */
  async encoderVersion(): Promise<string> {
    return (await Promise.all([this.encoderPath, this.featuresPath].map(versionOf))).join(' ');
  }
}

/** How many records there are, and the SHA-256 of their lines. */
export function markOf(records: readonly unknown[]): { readonly records: number; readonly digest: string } {
  return { records: records.length, digest: digestOf(records.map((record) => `${JSON.stringify(record)}\n`).join('')) };
}

/** Writes such a list, or removes it if there is nothing in it. */
export async function writeSkippedList(path: string, skipped: readonly object[]): Promise<void> {
  if (skipped.length === 0) await rm(path, { force: true });
  else await writeFileAtomic(path, jsonLinesOf(skipped));
}

async function versionOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
  return `${size} ${mtimeMs}`;
}

async function readJsonIfThere(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw withPath(error, path);
  }
}
