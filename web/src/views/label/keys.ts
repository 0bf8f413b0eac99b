/**
 * @file The keys of the label view. Digits give labels rather than change the view, as soon as there is a picture
 * to give them to.
 */
import { useLayoutEffect } from 'preact/hooks';
import type { Key } from '../../views.ts';
import type { Desk } from './desk.ts';

export const LABEL_KEYS: readonly Key[] = [
  ['←  →  ↑  ↓', 'Move among the pictures'],
  ['Space', 'Pick a picture, or put it back'],
  ['1 … 9', 'Give the label with this number'],
  ['N', 'Type a label'],
  ['Enter', 'Accept the proposal'],
  ['Delete', 'Take the label away'],
  ['Z', 'Undo'],
  ['Esc', 'Put all picked pictures back'],
];

interface Actions {
  /** Called with a label, or null to take it away. */
  readonly assign: (label: string | null) => void;
  readonly type: () => void;
}

export function useLabelKeys(desk: Desk, { assign, type }: Actions): void {
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isElsewhere(event)) return;
      const key = event.key.toLowerCase();
      if (/^[1-9]$/.test(key) && desk.targets().length > 0) {
        const label = desk.known.value[Number(key) - 1];
        if (label !== undefined) assign(label);
      } else if (key === 'n') type();
      else if (key === 'z') desk.book.undo();
      else if (key === 'delete') assign(null);
      else if (key === 'escape') desk.pickNone();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the shell hears of it.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  });
}

function isElsewhere({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (altKey || ((ctrlKey || metaKey) && key.toLowerCase() !== 'z')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog') !== null;
}
