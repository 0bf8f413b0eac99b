/** @file What a computation that takes a while is given. */
export interface Background {
  /** Aborted, they end. */
  readonly signal: AbortSignal;
  /** Told of what goes wrong while nobody waits for it. */
  readonly onError: (error: Error) => void;
}
