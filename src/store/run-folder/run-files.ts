/** @file The files of a run beside its checkpoints: where each lies, how it is written, and read. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, writeFileAtomic } from '../files/atomic.js';
import { digestOf } from '../files/digest.js';
import { appendJsonLine, readJsonLines, truncateAfter } from '../files/jsonl.js';

/** What a `RunFolder` is but for its lock and its checkpoints. */
export class RunFiles {
  readonly path: string;
  /** What the run was created with, as JSON reads it back; its meaning is the training's business. */
  readonly config: unknown;
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
    this.cachePath = join(path, 'cache');
    this.encoderPath = join(path, 'encoder.onnx');
    this.networkPath = join(path, 'network');
    this.featuresPath = join(path, 'features.safetensors');
    this.partialFeaturesPath = join(path, 'features.partial');
    this.cropFeaturesPath = join(path, 'crops.safetensors');
    this.readoutPath = join(path, 'readout.safetensors');
    this.metricsPath = join(path, 'metrics.jsonl');
    this.skippedPath = join(path, 'skipped.jsonl');
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
    if (skipped.length === 0) await rm(this.skippedPath, { force: true });
    else await writeFileAtomic(this.skippedPath, skipped.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
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

async function versionOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
  return `${size} ${mtimeMs}`;
}

async function readJsonIfThere(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
