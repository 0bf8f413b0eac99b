import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import { TOLERANCES } from '../tolerances.js';
import { install, LOSSES, REACHED, type ReachedByAll, reachedHere } from './fixture.ts';

const root = install();
const here = reachedHere();

describe.each(LOSSES)('a run of version 0.1 with the loss %s', (loss) => {
  const path = join(root, 'runs', loss);
  // Sums are rounded alike on one kind of processor only, so the name of the test says what was compared.
  const bytes = here ? 'to the bytes that 0.1 reached' : 'not to be compared with other processors’ bytes';

  it(`is resumed to the losses that 0.1 reached, and ${bytes}`, async () => {
    expect(await train({ out: path, resume: true })).toBe('finished');
    const log = (await (await RunFolder.open(path)).readLog()) as { epoch: number; loss: number; similarity: number }[];
    const { resumed } = TOLERANCES.float32;
    const isReached = ({ runs }: ReachedByAll): boolean =>
      runs[loss].epochs.every(({ epoch, loss: reached, similarity }) => {
        const now = log.find((record) => record.epoch === epoch)!;
        return Math.abs(now.loss - reached) < resumed * reached && Math.abs(now.similarity - similarity) < resumed;
      });
    // With NCE a picture's feature, before it is brought to length one, is hardly longer than what rounding does to it, and 0.1
    // itself comes elsewhere on another processor: what `reach.mjs` has recorded there counts, too.
    expect(here ? [here] : REACHED).toSatisfy((records: readonly ReachedByAll[]) => records.some(isReached));
    const run = await openRun(path, { threads: 1 });
    expect(run.embeddings.source).toBe('features');
    await run.release();
    if (!here) return;
    const { files } = here.runs[loss];
    const now = Object.keys(files).map((name) => [name, sha256(join(path, name))]);
    expect(Object.fromEntries(now)).toEqual(files);
  });
});

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
