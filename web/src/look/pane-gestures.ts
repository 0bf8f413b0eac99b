/** @file From pointer and wheel to the lens: drag to move, wheel or two fingers to zoom, two clicks for own pixels. */
import { type Lens, moved, ownPixels, type Size, WHOLE, zoomed } from './lens.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Changes a lens, for a picture in a pane. */
export type ChangeLens = (lens: Lens, picture: Size, pane: Size) => Lens;

/** Two clicks zoom at least so much. */
const CLOSER = 2;

/** @param onChange called with each change @returns a function that stops listening */
export function listenToPane(element: HTMLElement, onChange: (change: ChangeLens) => void): () => void {
  const pointers = new Map<number, Point>();
  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
  };
  const drag = (event: PointerEvent): void => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = at(event);
    const other = Array.from(pointers).find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    onChange((lens, picture, pane) =>
      other === undefined
        ? moved(lens, now.x - before.x, now.y - before.y, picture, pane)
        : zoomed(lens, apart(other, now) / Math.max(apart(other, before), 1), other, picture, pane),
    );
  };
  const up = ({ pointerId }: PointerEvent): void => void pointers.delete(pointerId);
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    // A wheel's notch is about 100 pixels or 3 lines; a pinch on a touchpad comes as a small turn with the control key.
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 * event.deltaY : event.deltaY;
    const turn = Math.min(Math.max(pixels, -200), 200) * (event.ctrlKey ? 0.01 : 0.002);
    onChange((lens, picture, pane) => zoomed(lens, Math.exp(-turn), at(event), picture, pane));
  };
  const toggle = (event: MouseEvent): void =>
    onChange((lens, picture, pane) => {
      if (lens.zoom > 1) return WHOLE;
      const { zoom } = ownPixels(lens, picture, pane, devicePixelRatio);
      return zoomed(lens, Math.max(zoom, CLOSER), at(event), picture, pane);
    });
  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', drag, { signal });
  element.addEventListener('pointerup', up, { signal });
  element.addEventListener('pointercancel', up, { signal });
  element.addEventListener('wheel', wheel, { signal, passive: false });
  element.addEventListener('dblclick', toggle, { signal });
  return () => stop.abort();
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
