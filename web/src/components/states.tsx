/** @file What a view shows when it has nothing to show: yet, at all, or because something is wrong. */
import type { ComponentChildren, JSX } from 'preact';

/** @param what completes "Loading …" */
export function Loading({ what }: { readonly what: string }): JSX.Element {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>Loading {what}…</p>
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps): JSX.Element {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface FailedProps {
  readonly error: Error;
  readonly onRetry?: () => void;
}

export function Failed({ error, onRetry }: FailedProps): JSX.Element {
  return (
    <div class="state" role="alert">
      <h2>That did not work</h2>
      <p>{error.message}</p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
