import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { TOLERANCES } from '../tolerances.js';
import { install, LOSSES, REACHED, reachedHere, type StoredLoss } from './fixture.ts';

const root = install();
const here = reachedHere();

describe.each(LOSSES)('a run of version 0.1 with the loss %s', (loss) => {
  const path = join(root, 'runs', loss);
  const { files, epochs } = (here ?? REACHED[0]!).runs[loss];
  // Sums are rounded alike on one kind of processor only, so the name of the test says what was compared.
  const bytes = here ? 'to the bytes that 0.1 reached' : 'not to be compared with other processors’ bytes';

  it(`is resumed to the losses that 0.1 reached, and ${bytes}`, async () => {
    expect(await train({ out: path, resume: true })).toBe('finished');
    const log = (await (await RunFolder.open(path)).readLog()) as { epoch: number; loss: number; similarity: number }[];
    for (const { epoch, loss: reached, similarity } of epochs) {
      const now = log.find((record) => record.epoch === epoch)!;
      const { resumed } = TOLERANCES.float32;
      expect(Math.abs(now.loss - reached)).toBeLessThan(Math.max(resumed * reached, apart(loss, epoch, 'loss')));
      expect(Math.abs(now.similarity - similarity)).toBeLessThan(Math.max(resumed, apart(loss, epoch, 'similarity')));
    }
    const run = await openRun(path, { threads: 1 });
    expect(run.embeddings.source).toBe('features');
    await run.release();
    if (!here) return;
    const now = Object.keys(files).map((name) => [name, sha256(join(path, name))]);
    expect(Object.fromEntries(now)).toEqual(files);
  });
});

/**
 * How far from one that is recorded another processor may come: twice as far as 0.1 itself comes on those that are. The
 * run with NCE has a picture whose feature, before it is brought to length one, is hardly longer than what rounding does.
 */
function apart(loss: StoredLoss, epoch: number, figure: 'loss' | 'similarity'): number {
  if (here) return 0;
  const figures = REACHED.map(({ runs }) => runs[loss].epochs.find((each) => each.epoch === epoch)![figure]);
  return 2 * (Math.max(...figures) - Math.min(...figures));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
