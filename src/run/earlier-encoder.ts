/** @file The encoder of the checkpoint before that of an opened run, up to the numbers that are trained. */

import { encodeGraph } from '../method/encode.js';
import { Variables } from '../nn/variables.js';
import { Program } from '../runtime/program.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { ENCODE_BATCH } from './embed.js';
import { type Encode, unitOnly } from './features.js';
import { numbersOf, type TrainedRun } from './open-run.js';

export interface EarlierEncoder {
  /** Steps of training behind this encoder, and behind that of the run. */
  readonly steps: readonly [earlier: number, opened: number];
  /** Takes float32[ENCODE_BATCH, 3, size, size], however many rows are filled. */
  readonly encode: Encode;
  release(): Promise<void>;
}

/** @returns undefined if the run keeps only one checkpoint */
export async function openEarlierEncoder(run: TrainedRun): Promise<EarlierEncoder | undefined> {
  const folder = await RunFolder.open(run.path);
  const earlier = (await folder.checkpoints()).filter((step) => step < run.step).at(-1);
  if (earlier === undefined) return undefined;
  const weights = numbersOf(await folder.loadPart('weights', earlier));
  const { architecture, settings } = run.form;
  const variables = new Variables('folded', weights);
  const graph = encodeGraph(architecture, { batch: ENCODE_BATCH, size: settings.size }, variables);
  const program = await Program.create(graph, run.backend);
  return {
    steps: [earlier, run.step],
    encode: unitOnly(
      async (images) => (await program.run({ images }))['features']!,
      settings.dim,
      `${run.path}: encoder of step ${earlier}`,
    ),
    release: () => program.release(),
  };
}
