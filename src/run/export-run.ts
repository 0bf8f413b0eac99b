/** @file What a run has learned, as one file to use elsewhere. */
import { dirname, extname } from 'node:path';
import { ArgumentError } from '../core/errors.js';
import type { OnDamage } from '../core/used-instead.js';
import { openBackend } from '../runtime/device.js';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { writeSafetensors } from '../store/tensors/safetensors.js';
import { parseRunConfig } from './config.js';
import { formOf } from './encoder-form.js';
import { loadEncoder } from './load-encoder.js';
import { newestParts, numbersOf } from './open-run.js';
import { readEncoder } from './stored-encoder.js';

/**
 * Writes the encoder of the newest checkpoint, replacing a file atomically; folders on the way are made.
 *
 * @param onDamage as in OpenRunOptions
 * @param out ends in .onnx (the encoder with all it needs) or .safetensors (its weights by PyTorch's names)
 * @throws {ArgumentError} if it ends in anything else
 * @throws {RunError} if there is no run, no checkpoint yet, or it has diverged
 */
export async function exportRun(
  path: string,
  out: string,
  { onDamage }: { readonly onDamage?: OnDamage } = {},
): Promise<void> {
  const extension = extname(out).toLowerCase();
  if (extension !== '.onnx' && extension !== '.safetensors') {
    throw new ArgumentError(
      `${out}: expected a file name ending in .onnx or .safetensors, got ${extension || 'no extension'}.`,
    );
  }
  const run = await RunFolder.open(path);
  const config = parseRunConfig(run.config, path);
  const { settings } = config;
  const form = await formOf(run, config);
  const { weights, step } = await newestParts(run, config, ['weights'], onDamage);
  const { encoder, stem, width, dim } = settings;
  const stored = await readEncoder(run, form, { step, trained: numbersOf(weights) }, onDamage);
  const options = { form, weights: stored.weights, backend: await openBackend('cpu'), name: run.encoderPath };
  await (await loadEncoder(stored.file, options)).release();
  await makeFolder(dirname(out));
  if (extension === '.onnx') {
    await writeFileAtomic(out, stored.file);
    return;
  }
  const metadata = { format: 'pt', encoder, stem, width: String(width), dim: String(dim) };
  await writeSafetensors(out, weights, metadata);
}
