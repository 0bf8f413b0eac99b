/** @file Starts the process that watches a run, and ends it. */
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InstDiscError } from '../../core/errors.js';
import type { WatchEvent } from '../../run/watch/watch-pictures.js';
import { revive } from '../failure.js';
import type { SentWatchEvent } from './watch-protocol.js';

const CHILD = fileURLToPath(new URL('./watch-child.js', import.meta.url));
/** An update that is under way is broken off, and the run then as it was before; killed, it would be, too. */
const ENDING_MS = 5000;

export interface Watcher {
  /** Ends the watching. */
  close(): Promise<void>;
}

/** Watches the folders of a run, of which `checkMayWatch` says that it can be, in a process of its own. */
export function startWatcher(path: string, onEvent: (event: WatchEvent) => void): Watcher {
  const child = fork(CHILD, [path], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isClosing = false;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', ({ message }) => resolve(message));
  });
  void ended.then((how) => {
    if (isClosing) return;
    const error = new InstDiscError(
      `watch: its process has ended (${how}). To watch again, end this one and start anew.`,
    );
    onEvent({ kind: 'failed', error });
  });
  child.on('message', (event: SentWatchEvent) =>
    onEvent(event.kind === 'failed' ? { kind: 'failed', error: revive(event.failure) } : event),
  );
  return {
    async close() {
      isClosing = true;
      if (child.connected) child.disconnect();
      const late = sleep(ENDING_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
      await Promise.race([ended, late]);
      await ended;
    },
  };
}
