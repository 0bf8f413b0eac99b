/** @file A training that has left all bounds: said, and remembered, since it would do so again. */
import { z } from 'zod';
import { DivergedError, type NotFiniteError, RunError } from '../core/errors.js';
import type { RunConfig } from '../run/config.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

const divergenceSchema = z.object({
  /** Steps that were done before it was seen. */
  step: z.number(),
  /** What is not finite. */
  reason: z.string(),
  /** Of the newest checkpoint, which is good; null if there is none. */
  checkpoint: z.number().nullable(),
});
type Divergence = z.infer<typeof divergenceSchema>;

/**
 * Writes into the run folder that a training has diverged.
 *
 * @param step steps that were done before it was seen
 * @returns what is to be thrown
 */
export async function divergence(
  run: RunFolder,
  { settings: { lr, warmup } }: RunConfig,
  step: number,
  { message: reason }: NotFiniteError,
): Promise<DivergedError> {
  const found: Divergence = { step, reason, checkpoint: (await run.latestCheckpoint()) ?? null };
  await run.writeDivergence(found);
  return new DivergedError(
    `${run.path}: the training has diverged after ${step} steps: ${reason} Nothing of that was saved. ` +
      `${whatIsLeft(found)} Train anew${elsewhere(found)} with a lower --lr than ${lr}, or a longer warm-up than ` +
      `--set warmup=${warmup}; --resume would come to the same.`,
  );
}

/**
 * Going on is deterministic, so what has diverged once would do so for ever.
 *
 * @throws {RunError} if the training in a run folder has diverged
 */
export async function checkNotDiverged(run: RunFolder, { settings: { lr } }: RunConfig): Promise<void> {
  const { data: found } = divergenceSchema.safeParse(await run.readDivergence());
  if (found === undefined) return;
  throw new RunError(
    `${run.path}: expected a training that can go on, got one that has diverged after ${found.step} steps: ` +
      `${found.reason} It would do so again. ${whatIsLeft(found)} Train anew${elsewhere(found)} with a lower --lr than ` +
      `${lr}. To try all the same, with another version perhaps, remove ${run.divergencePath}.`,
  );
}

function whatIsLeft({ checkpoint }: Divergence): string {
  return checkpoint === null
    ? 'There is no checkpoint from before.'
    : `The checkpoint of step ${checkpoint} is good, and search and the other commands answer from it.`;
}

/** A run that has learnt nothing is replaced by another in its place. */
function elsewhere({ checkpoint }: Divergence): string {
  return checkpoint === null ? '' : ' with another --out, and';
}
