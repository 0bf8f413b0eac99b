/**
 * @file The process that watches the folders of a run, decodes what is new and encodes it, at low priority: who searches
 * meanwhile does not wait for it.
 *
 *     node watch-child.js RUN
 */
import { constants, getPriority, setPriority } from 'node:os';
import { watchPictures } from '../../run/watch/watch-pictures.js';
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

await watchPictures(process.argv[2]!, {
  signal: stop.signal,
  onEvent: (event) => tell(event.kind === 'failed' ? { kind: 'failed', failure: failureOf(event.error) } : event),
});
process.exit();
