/** @file Says so where a command answers from the memory bank, for want of features by the run's encoder. */
import type { FeatureSource } from '../collection/collection.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Output } from './output.js';
import { commandLine } from './words.js';

/**
 * Notes beside the answer what it lacks; nothing if it is from features.
 *
 * @param path of the run
 */
export async function noteSource(output: Output, path: string, source: FeatureSource | undefined): Promise<void> {
  if (source !== 'bank') return;
  const isTraining = await (await RunFolder.open(path)).isLocked();
  const remedy = isTraining
    ? 'The training goes on; at its end they are made.'
    : `${commandLine(['train', '--out', path, '--resume'])} makes them, at the end of the training.`;
  output.note(
    `Answered from the memory bank, which is less exact: the pictures have no features by the run's newest encoder. ${remedy}`,
  );
}
