/** @file Watches the folders of a run that is served, and says what comes of it. */
import { Option } from 'commander';
import { plural } from '../core/format.js';
import type { WatchEvent } from '../run/watch/watch-pictures.js';
import { startWatcher, type Watcher } from '../server/watch/watcher.js';
import type { Output } from './output.js';
import { updateLines } from './update-lines.js';

export function watchOption(): Option {
  return new Option('--watch', 'have new pictures in the folders of the run appear by themselves (docs/updates.md)');
}

/** @param path of a run that can be watched, see `checkMayWatch` */
export function watchShown(path: string, output: Output): Watcher {
  return startWatcher(path, (event) => show(event, output));
}

function show(event: WatchEvent, output: Output): void {
  switch (event.kind) {
    case 'watching':
      output.line(`Watching ${plural(event.numFolders, 'folder')} for new pictures.`);
      if (event.deaf !== undefined) {
        output.note(
          `Not all of them tell of changes (${event.deaf}), so they are looked at every some seconds. On Linux a larger fs.inotify.max_user_watches lets more be listened to.`,
        );
      }
      break;
    case 'busy':
      output.line('Another process is writing the run, a training perhaps: what is new waits until it is over.');
      break;
    case 'updated':
      for (const line of updateLines(event)) output.line(line);
      break;
    case 'failed':
      output.note(event.error.message);
      return;
  }
  output.json(event);
}
