/** @file A run that is trained once for the tests of a file, and there anew for each of them. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect } from 'vitest';
import type { GivenSettings } from '#src/run/config.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

export interface CopiedRun {
  /** For other files. */
  readonly root: string;
  readonly pictures: string;
  /** The run as it was trained, to be left as it is. */
  readonly made: string;
  /** The copy, to be changed. */
  readonly out: string;
  /** Opens the copy for some work. @param told is told of what is damaged */
  opened<T>(work: (run: TrainedRun) => Promise<T>, told?: string[]): Promise<T>;
}

/** @param perKind pictures of each of the twelve kinds */
export function copiedRun(settings: GivenSettings, perKind: number): CopiedRun {
  const root = tempFolder();
  const [pictures, made, out] = [join(root, 'pictures'), join(root, 'made'), join(root, 'run')];
  beforeAll(async () => {
    await drawPictures(pictures, perKind);
    expect(await train({ paths: [pictures], out: made, settings, threads: 1 })).toBe('finished');
  });
  beforeEach(async () => {
    await rm(out, { recursive: true, force: true });
    await cp(made, out, { recursive: true });
  });
  return {
    ...{ root, pictures, made, out },
    async opened(work, told = []) {
      const run = await openRun(out, { threads: 1, onDamage: ({ message }) => told.push(message) });
      return work(run).finally(() => run.release());
    },
  };
}
