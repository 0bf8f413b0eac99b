/**
 * @file The process that watches the folders of a run, decodes what is new and encodes it, at low priority: who searches
 * meanwhile does not wait for it.
 *
 *     node watch-child.js RUN
 */
import { constants, getPriority, setPriority } from 'node:os';
import { followIndex } from '../../collection/index/follow-index.js';
import { parseRunConfig } from '../../run/config.js';
import { openRun } from '../../run/open-run.js';
import { watchPictures } from '../../run/watch/watch-pictures.js';
import { hasIndex } from '../../store/index/index-address.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { failureOf } from '../failure.js';
import type { SentWatchEvent } from './watch-protocol.js';

/** So much lower than the server's, as in os.setPriority: beside it, a busy machine leaves this process a tenth of a core. */
const LOWER = 10;
const stop = new AbortController();
// Ctrl-C reaches the whole group of processes; the server disconnects when it is told to end, or has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => stop.abort());
setPriority(Math.min(getPriority() + LOWER, constants.priority.PRIORITY_LOW));

function tell(event: SentWatchEvent): void {
  if (process.connected) process.send?.(event);
}

async function followBy(path: string, signal: AbortSignal): Promise<void> {
  const folder = await RunFolder.open(path);
  if (!hasIndex(folder)) return;
  const { device, threads } = parseRunConfig(folder.config, path);
  const run = await openRun(path, { device, threads });
  try {
    await followIndex(run, { signal, isAsRun: true });
  } finally {
    await run.release();
  }
}

await watchPictures(process.argv[2]!, {
  follow: followBy,
  signal: stop.signal,
  onEvent: (event) => tell(event.kind === 'failed' ? { kind: 'failed', failure: failureOf(event.error) } : event),
});
process.exit();
