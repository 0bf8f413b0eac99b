/** @file Arrow keys in a grid: of its items one is in the tab order, and the arrows move to the others. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const ITEMS = '[data-item]';
const STEPS = { ArrowLeft: 'before', ArrowRight: 'after', ArrowUp: 'above', ArrowDown: 'below' } as const;

/**
 * @returns a reference for the element around the items, each marked with `data-item`; items may have any layout, the
 *   arrows follow what is seen
 */
export function useRoving<T extends HTMLElement>(): RefObject<T> {
  const container = useRef<T>(null);
  // After every rendering: items come and go, and so may the element around them; before it is seen, or a quick key
  // would be lost.
  useLayoutEffect(() => {
    const element = container.current;
    const items = itemsOf(element);
    tabTo(items, items.find((item) => item === document.activeElement || item.tabIndex === 0) ?? items[0]);
    element?.addEventListener('keydown', press);
    element?.addEventListener('focusin', enter);
    return () => {
      element?.removeEventListener('keydown', press);
      element?.removeEventListener('focusin', enter);
    };
  });
  return container;
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const items = itemsOf(event.currentTarget as HTMLElement);
  const current = items.indexOf(event.target as HTMLElement);
  const next = current < 0 ? undefined : itemBy(event.key, items, current);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function enter(event: FocusEvent): void {
  const items = itemsOf(event.currentTarget as HTMLElement);
  if (items.includes(event.target as HTMLElement)) tabTo(items, event.target as HTMLElement);
}

/** Leaves one item in the tab order. */
function tabTo(items: readonly HTMLElement[], current: HTMLElement | undefined): void {
  for (const item of items) item.tabIndex = item === current ? 0 : -1;
}

/** Moves the focus to the item after the one that has it, or to the one given. */
export function focusNext(container: HTMLElement | null, from: Element | null = document.activeElement): void {
  const items = itemsOf(container);
  const current = items.indexOf(from as HTMLElement);
  (items[current + 1] ?? items[current])?.focus();
}

function itemsOf(container: HTMLElement | null): HTMLElement[] {
  return Array.from(container?.querySelectorAll<HTMLElement>(ITEMS) ?? []);
}

function itemBy(key: string, items: readonly HTMLElement[], current: number): HTMLElement | undefined {
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  const step = STEPS[key as keyof typeof STEPS];
  if (step === 'before') return items[current - 1];
  if (step === 'after') return items[current + 1];
  return step === undefined ? undefined : nearestInNextLine(items, items[current]!, step);
}

/** Of the line above or below, the item whose middle is nearest. */
function nearestInNextLine(
  items: readonly HTMLElement[],
  from: HTMLElement,
  where: 'above' | 'below',
): HTMLElement | undefined {
  const start = from.getBoundingClientRect();
  const middle = start.left + start.width / 2;
  let best: { readonly item: HTMLElement; readonly down: number; readonly aside: number } | undefined;
  for (const item of items) {
    const { top, bottom, left, width } = item.getBoundingClientRect();
    const down = where === 'below' ? top - start.bottom : start.top - bottom;
    // Half a picture of tolerance: neighbours in a line may differ a little in height.
    if (down < -start.height / 2) continue;
    const aside = Math.abs(left + width / 2 - middle);
    const isNearer = best === undefined || down < best.down - start.height / 2;
    const isAsNear = best !== undefined && Math.abs(down - best.down) <= start.height / 2;
    if (isNearer || (isAsNear && aside < best!.aside)) best = { item, down, aside };
  }
  return best?.item;
}
