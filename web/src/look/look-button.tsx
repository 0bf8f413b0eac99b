/** @file A button on a picture, to look closer at it. */
import type { JSX } from 'preact';
import { lookAt } from './look.ts';

/** Stands beside what has the picture's `data-row`. For the keyboard there is V. */
export function LookButton({ name }: { readonly name: string }): JSX.Element {
  return (
    <button
      type="button"
      class="look-button"
      tabIndex={-1}
      aria-label={`Look closer at ${name}`}
      onClick={({ currentTarget }) => lookAt(currentTarget)}
    >
      ⤢
    </button>
  );
}
