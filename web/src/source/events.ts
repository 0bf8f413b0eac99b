/** @file One stream of server-sent events for the whole page: a browser allows six connections a host. */
import type { EventListeners } from './source.ts';

const NAMES = ['state', 'epoch', 'progress', 'map'] as const;
/** Events that say how something stands: who comes late is told the last one. */
const STANDING = ['progress', 'map'] as const;

export class EventFeed {
  readonly #url: string;
  readonly #listeners = new Set<EventListeners>();
  readonly #last = new Map<string, never>();
  #stream: EventSource | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** The stream is open while somebody listens. */
  listen(listeners: EventListeners): () => void {
    this.#listeners.add(listeners);
    this.#stream ??= this.#open();
    for (const name of STANDING) if (this.#last.has(name)) listeners[name]?.(this.#last.get(name)!);
    return () => {
      this.#listeners.delete(listeners);
      if (this.#listeners.size > 0) return;
      this.#stream?.close();
      this.#stream = undefined;
    };
  }

  #open(): EventSource {
    const stream = new EventSource(this.#url);
    for (const name of NAMES) {
      stream.addEventListener(name, ({ data }) => {
        const event = JSON.parse(data);
        this.#last.set(name, event as never);
        for (const listeners of this.#listeners) listeners[name]?.(event);
      });
    }
    const tell = (isOpen: boolean) => (): void => {
      for (const { connection } of this.#listeners) connection?.(isOpen);
    };
    stream.onopen = tell(true);
    stream.onerror = tell(false);
    return stream;
  }
}
