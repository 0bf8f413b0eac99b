/** @file What goes between the server and the process that watches. */
import type { WatchEvent } from '../../run/watch/watch-pictures.js';
import type { SentFailure } from '../failure.js';

/** A `WatchEvent`, whose error has become what can be sent. */
export type SentWatchEvent =
  | Exclude<WatchEvent, { readonly kind: 'failed' }>
  | { readonly kind: 'failed'; readonly failure: SentFailure };
