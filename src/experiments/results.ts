/** @file The results of an experiment as they are kept in its folder: after each run, so that none is measured twice. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RunError } from '../core/errors.js';
import { refuseNewer } from '../core/newer.js';
import { writeFileAtomic } from '../store/files/atomic.js';

const rowSchema = z.strictObject({ label: z.string(), values: z.record(z.string(), z.number()) });

const runResultSchema = z.strictObject({
  name: z.string(),
  rows: z.array(rowSchema),
  gallery: z
    .array(
      z.strictObject({
        title: z.string(),
        query: z.string(),
        found: z.array(z.strictObject({ path: z.string(), caption: z.string(), isRight: z.boolean() })),
      }),
    )
    .optional(),
  /** Folders it was measured with. */
  folders: z.strictObject({ train: z.string(), test: z.string() }),
  /** Labelled pictures that were searched, and pictures that asked. */
  numReference: z.int(),
  numTest: z.int(),
  trainingSeconds: z.number(),
  measuringSeconds: z.number(),
});

const VERSION = 1;
const resultsSchema = z.strictObject({ version: z.literal(VERSION), runs: z.array(runResultSchema) });

export type RunResult = z.infer<typeof runResultSchema>;

const RESULTS = 'results.json';

/** Results so far, in the order of the runs. @throws {RunError} if they are damaged, or a later version has written them */
export async function readResults(out: string): Promise<readonly RunResult[]> {
  const path = join(out, RESULTS);
  try {
    const stored: unknown = JSON.parse(await readFile(path, 'utf8'));
    refuseNewer(path, stored, VERSION);
    return resultsSchema.parse(stored).runs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (error instanceof RunError) throw error;
    throw new RunError(`${path}: expected the results of an experiment, got: ${(error as Error).message}. Remove it.`);
  }
}

export async function writeResults(out: string, runs: readonly RunResult[]): Promise<void> {
  await writeFileAtomic(join(out, RESULTS), `${JSON.stringify({ version: VERSION, runs }, null, 2)}\n`);
}
