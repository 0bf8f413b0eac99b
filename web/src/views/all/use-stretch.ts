/** @file Which stretch of a long grid is near the screen. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Pixels: least width of a picture, space between two, and what is below a picture in its cell. */
const WIDTH = 128;
const GAP = 12;
const CAPTION = 32;
/** Screens that are ready above and below. */
const ABOVE = 1;
const BELOW = 3;

/** Items from `first` to before `end`, which begin `top` pixels below where all of them do. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
  readonly top: number;
  /** Of all of them. */
  readonly height: number;
  readonly columns: number;
  /** Of a line, in pixels, without the space after it. */
  readonly line: number;
}

/** @param width of the grid @param above how much of it has left the screen, in pixels @param screen height of the screen */
export function stretchOf(count: number, width: number, above: number, screen: number): Stretch {
  const columns = Math.max(2, Math.floor((width + GAP) / (WIDTH + GAP)));
  const line = Math.round((width - (columns - 1) * GAP) / columns) + CAPTION;
  const step = line + GAP;
  const numLines = Math.ceil(count / columns);
  const firstLine = Math.min(Math.max(0, Math.floor((above - ABOVE * screen) / step)), numLines);
  const endLine = Math.min(numLines, Math.ceil((above + (1 + BELOW) * screen) / step));
  return {
    first: firstLine * columns,
    end: Math.min(count, Math.max(firstLine, endLine) * columns),
    top: firstLine * step,
    height: Math.max(0, numLines * step - GAP),
    columns,
    line,
  };
}

/** Follows what scrolls around `field`, whose width the grid has. */
export function useStretch(field: RefObject<HTMLElement>, count: number): Stretch {
  const [at, setAt] = useState({ width: 1000, above: 0, screen: 800 });
  useLayoutEffect(() => {
    const element = field.current!;
    const scroller = element.closest('main')!;
    const look = (): void => {
      const above = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top;
      setAt({ width: element.clientWidth, above: Math.max(0, above), screen: scroller.clientHeight });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, []);
  return stretchOf(count, at.width, at.above, at.screen);
}
