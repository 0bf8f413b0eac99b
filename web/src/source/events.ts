/** @file One stream of server-sent events for the whole page: a browser allows six connections a host. */
import type { LiveEvents } from '../../../src/server/live-api.ts';
import type { EventListeners, LiveListeners } from './source.ts';

type EventName = keyof LiveEvents;
type Tell = (listeners: LiveListeners) => void;

/** Whether an event says how something stands: who comes late is told the last one. */
const STANDING: Readonly<Record<EventName, boolean>> = { state: false, epoch: false, progress: true, map: true };

export class EventFeed {
  readonly #url: string;
  readonly #listeners = new Set<EventListeners>();
  readonly #last = new Map<string, Tell>();
  #stream: EventSource | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** The stream is open while somebody listens. */
  listen(listeners: EventListeners): () => void {
    this.#listeners.add(listeners);
    this.#stream ??= this.#open();
    for (const tell of this.#last.values()) tell(listeners);
    return () => {
      this.#listeners.delete(listeners);
      if (this.#listeners.size > 0) return;
      this.#stream?.close();
      this.#stream = undefined;
    };
  }

  #open(): EventSource {
    const stream = new EventSource(this.#url);
    for (const name in STANDING) this.#hear(stream, name as EventName);
    const connected = (isOpen: boolean) => (): void => {
      for (const { connection } of this.#listeners) connection?.(isOpen);
    };
    stream.onopen = connected(true);
    stream.onerror = connected(false);
    return stream;
  }

  #hear<Name extends EventName>(stream: EventSource, name: Name): void {
    stream.addEventListener(name, ({ data }) => {
      const event: LiveEvents[Name] = JSON.parse(data);
      const tell: Tell = (listeners) => listeners[name]?.(event);
      if (STANDING[name]) this.#last.set(name, tell);
      for (const listeners of this.#listeners) tell(listeners);
    });
  }
}
