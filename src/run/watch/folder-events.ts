/**
 * @file Hears that something happens in folders.
 *
 * What systems tell of changes differs, and on network disks they tell nothing of what others do. So an event is no more than
 * a reason to look now; whoever listens looks now and then in any case.
 */
import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { openable } from '../../data/scan/file-name.js';

export class FolderEvents {
  readonly #onEvent: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #failure: string | undefined;

  /** @param onEvent called whenever something happens, often many times at once */
  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** Listens to these folders, each without those in it, and to no others. */
  follow(folders: readonly string[]): void {
    const wanted = new Set(folders);
    for (const path of this.#watchers.keys()) if (!wanted.has(path)) this.#leave(path);
    this.#failure = undefined;
    for (const path of wanted) {
      if (this.#watchers.has(path)) continue;
      try {
        this.#watchers.set(path, this.#listen(path));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // It has gone since it was listed.
        if (code === 'ENOENT') continue;
        this.#failure = (error as Error).message;
        // The system listens to no more, of whatever folder.
        if (code === 'ENOSPC' || code === 'EMFILE') return;
      }
    }
  }

  /** Why there is a folder that is not listened to, if there is one. */
  get failure(): string | undefined {
    return this.#failure;
  }

  close(): void {
    for (const path of [...this.#watchers.keys()]) this.#leave(path);
  }

  #listen(path: string): FSWatcher {
    const watcher = watch(openable(path), { persistent: false }, (kind, name) => {
      // Perhaps the folder itself has gone: another of its name has to be listened to anew.
      if (kind === 'rename' && name === basename(path)) this.#leave(path);
      this.#onEvent();
    });
    return watcher.on('error', () => {
      this.#leave(path);
      this.#onEvent();
    });
  }

  #leave(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }
}
