/** @file Where the reader is: `#/view/argument`. */
import { signal } from '@preact/signals';

export interface Route {
  readonly view: string;
  /** A row, in general; empty if there is none. */
  readonly argument: string;
}

function current(): Route {
  const [, view = '', argument = ''] = location.hash.split('/');
  return { view: view || 'map', argument };
}

export const route = signal(current());
addEventListener('hashchange', () => {
  route.value = current();
});

/** The address of a view. */
export function href(view: string, argument?: string | number): string {
  return argument === undefined ? `#/${view}` : `#/${view}/${argument}`;
}

/** Goes there, as a click on a link would. */
export function goTo(view: string, argument?: string | number): void {
  location.hash = href(view, argument);
}
