/** What is answered from a run whose files are no longer those of its training. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DamageError, type RunError } from '#src/core/errors.js';
import { openClassifier } from '#src/run/classifier.js';
import { exportRun } from '#src/run/export-run.js';
import { openRun } from '#src/run/open-run.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

const root = tempFolder();
const [made, out] = [join(root, 'made'), join(root, 'run')];

/** All that opens a checkpoint. */
const READERS: readonly [string, () => Promise<unknown>][] = [
  ['openRun', () => openRun(out)],
  ['openClassifier', () => openClassifier(out)],
  ['export of .onnx', () => exportRun(out, join(root, 'encoder.onnx'))],
  ['export of .safetensors', () => exportRun(out, join(root, 'weights.safetensors'))],
];

async function refusal(work: Promise<unknown>): Promise<RunError> {
  return work.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: RunError) => error,
  );
}

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 4);
  const settings = { width: 4, size: 16, dim: 8, batch: 16, warmup: 0, epochs: 1, loss: 'supervised' };
  await train({ paths: [pictures], out: made, settings, threads: 1 });
});

beforeEach(async () => {
  await rm(out, { recursive: true, force: true });
  await cp(made, out, { recursive: true });
});

describe.each(READERS)('%s', (_, read) => {
  it.each([
    ['mean', [0.485, 0.456, 0.406], [0.484, 0.456, 0.406]],
    ['resize', undefined, 17],
    ['size', 16, 15],
  ])('refuses a config.json with another %s than its checkpoint was made with', async (name, before, after) => {
    const path = join(out, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8'));
    const was = config.settings[name];
    if (before !== undefined) expect(was).toEqual(before);
    await writeFile(path, JSON.stringify({ ...config, settings: { ...config.settings, [name]: after } }));
    const { message, exitCode } = await refusal(read());
    expect(message).toContain(
      `${path}: ${name}: expected ${JSON.stringify(was)}, with which the checkpoint of step 3 was made, got ${JSON.stringify(after)}. Put `,
    );
    expect(exitCode).toBe(4);
  });

  it('refuses a checkpoint without the digests it was written with', async () => {
    const digests = join(out, 'checkpoints', 'step-00000003', 'digests.json');
    await rm(digests);
    const error = await refusal(read());
    expect(error.message).toContain(`${digests}: expected the SHA-256 of each file, got no such file`);
    expect([error.exitCode, error.cause instanceof DamageError]).toEqual([4, true]);
  });
});
