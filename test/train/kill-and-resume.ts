/** @file Trains with kills in between: what must come out as if there had been none. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { Random } from '#src/core/random.js';
import { drawPictures, run, start, TINY } from '../cli/cli.js';

/** Saves after every step, so that kills come in the middle of saving, too. */
const OFTEN = ['--checkpoint-every', '0.00001'];

/**
 * Trains once without interruption, then again and again with `kill -9` at random moments, resuming each time with
 * another number of loader threads, until `numKills` have hit; what is finished must equal the first run to the byte.
 *
 * @param options of the training, beside the usual ones
 */
export async function killAndResume(
  root: string,
  numKills: number,
  seed: number,
  options: readonly string[] = [],
): Promise<void> {
  const settings = [...TINY, ...options];
  const pictures = await drawPictures(join(root, 'pictures'));
  const whole = join(root, 'whole');
  const startedAt = performance.now();
  expect(await run(['train', pictures, '--out', whole, ...settings, ...OFTEN])).toMatchObject({ code: 0 });
  const wholeMs = performance.now() - startedAt;
  const expected = await results(whole);

  const random = new Random(seed, 'sample');
  const out = join(root, 'killed');
  for (let kills = 0; kills < numKills; ) {
    await rm(out, { recursive: true, force: true });
    for (let isOver = false; !isOver; ) {
      const args = isRun(out) ? ['--out', out, '--resume'] : [pictures, '--out', out, ...settings];
      const workers = String(1 + random.integer(3));
      const { child, ended } = start(['train', ...args, ...OFTEN, '--workers', workers]);
      // The last one of all may live.
      const timer = new AbortController();
      const alarm = kills < numKills ? sleep(random.uniform(0.2, 0.8) * wholeMs, true, timer) : Promise.resolve(false);
      void alarm.then((isDue) => isDue && child.kill('SIGKILL')).catch(() => undefined);
      const { code, stderr } = await ended;
      timer.abort();
      isOver = code === 0;
      if (!isOver) expect({ code, stderr }).toMatchObject({ code: null });
      if (!isOver) kills++;
    }
    expect(await results(out)).toEqual(expected);
  }
}

function isRun(out: string): boolean {
  return existsSync(join(out, 'config.json'));
}

/** What must be equal, by name: files of the last checkpoint, and the metrics without what the clock measured. */
export async function results(out: string): Promise<Record<string, string>> {
  const checkpoint = (await readdir(join(out, 'checkpoints'))).sort().at(-1)!;
  const parts = (await readdir(join(out, 'checkpoints', checkpoint))).filter((name) => name.endsWith('.safetensors'));
  const files = parts.sort().map((part) => join('checkpoints', checkpoint, part));
  const hashes = [...files, 'encoder.onnx', 'features.safetensors'].map(async (file) => {
    const bytes = await readFile(join(out, file));
    return [file, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  const metrics = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).replace(
    /"(picturesPerSecond|seconds|communication)":[^,]+,/g,
    '',
  );
  return { ...Object.fromEntries(await Promise.all(hashes)), metrics };
}
