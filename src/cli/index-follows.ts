/** @file Has the index of a run follow what a command has made of the run, as its last thing. */
import { followIndex } from '../collection/index/follow-index.js';
import { InstDiscError } from '../core/errors.js';
import { hasIndex, indexAddress } from '../store/index/index-address.js';
import { indexedPaths } from '../store/index/indexed-paths.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { indexProgress, showIndexed } from './index-shown.js';
import { Interrupted, interruptible } from './interrupt.js';
import { openNoted } from './open-noted.js';
import type { Output } from './output.js';
import { commandLine } from './words.js';

/**
 * Nothing if the run has no index. Where that cannot follow, it is told why and with which command it does: what was done
 * before is done.
 *
 * @param path of the run
 * @throws {Interrupted} on Ctrl-C; what was encoded until then is in the index
 */
export async function indexFollows(output: Output, path: string): Promise<void> {
  const folder = await RunFolder.open(path);
  if (!hasIndex(folder)) return;
  const command = commandLine(['index', path]);
  try {
    const address = await indexAddress(folder);
    if ((await indexedPaths(address)).length === 0) {
      output.note(`The index of the run (${address}) is as it was. To bring it to the run, too: ${command} …`);
      return;
    }
    const trained = await openNoted(path, {}, output);
    try {
      const message = `Stopped; the run is finished, its index is not. To go on with that: ${command}`;
      const reports = await interruptible((signal) => followIndex(trained, { signal, ...indexProgress(output) }), {
        message,
      });
      output.clear();
      for (const report of reports) {
        showIndexed(output, report);
        output.json({ kind: 'indexed', ...report });
      }
    } finally {
      await trained.release();
    }
  } catch (error) {
    if (!(error instanceof InstDiscError) || error instanceof Interrupted) throw error;
    output.note(`The index of the run could not follow: ${error.message} Then: ${command}`);
  }
}
