import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { TOLERANCES } from '../tolerances.js';
import { install, isSameProcessor, LOSSES, REACHED } from './fixture.ts';

const root = install();

describe.each(LOSSES)('a run of version 0.1 with the loss %s', (loss) => {
  const path = join(root, 'runs', loss);
  const { files, epochs } = REACHED.runs[loss];
  // Sums are rounded alike on one kind of processor only, so the name of the test says what was compared.
  const bytes = isSameProcessor() ? 'to the bytes that 0.1 reached' : 'not to be compared with other processors’ bytes';

  it(`is resumed to the losses that 0.1 reached, and ${bytes}`, async () => {
    expect(await train({ out: path, resume: true })).toBe('finished');
    const log = (await (await RunFolder.open(path)).readLog()) as { epoch: number; loss: number; similarity: number }[];
    for (const { epoch, loss, similarity } of epochs) {
      const now = log.find((record) => record.epoch === epoch)!;
      expect(Math.abs(now.loss - loss)).toBeLessThan(TOLERANCES.float32.resumed * loss);
      expect(Math.abs(now.similarity - similarity)).toBeLessThan(TOLERANCES.float32.resumed);
    }
    const run = await openRun(path, { threads: 1 });
    expect(run.embeddings.source).toBe('features');
    await run.release();
    if (!isSameProcessor()) return;
    const now = Object.keys(files).map((name) => [name, sha256(join(path, name))]);
    expect(Object.fromEntries(now)).toEqual(files);
  });
});

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
