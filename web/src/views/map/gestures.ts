/** @file From pointer, wheel and keys to the map: drag to move, wheel or pinch to zoom, shift-drag to select. */
import type { Key } from '../../views.ts';
import type { Point } from './camera.ts';
import type { Scene } from './scene.ts';

export const MAP_KEYS: readonly Key[] = [
  ['← ↑ → ↓', 'Move the map; the picture in the middle is shown'],
  ['+ −', 'Zoom in and out'],
  ['0', 'The whole map'],
  ['Enter', 'Open the picture that is shown'],
  ['L', 'Draw a lasso, or stop it'],
  ['Shift drag', 'Draw a lasso at once'],
  ['/', 'Search by file name'],
  ['Esc', 'Clear the selection'],
];

/** A pointer this near points at a picture, in pixels. */
const REACH = 12;
/** A press that moves less is a click. */
const CLICK = 4;
/** Share of the view that an arrow key moves. */
const STEP = 0.12;
const ZOOM_STEP = 1.35;

export interface GestureListeners {
  /** The picture pointed at, or −1, and where it is drawn. */
  readonly onHover: (row: number, at: Point) => void;
  /** A picture, or −1 for the empty ground. */
  readonly onPick: (row: number) => void;
  readonly onLasso: (rows: readonly number[]) => void;
  readonly onToggleLasso: () => void;
  readonly onClear: () => void;
}

export class Gestures {
  /** Whether a drag draws a lasso without the shift key. */
  isLasso = false;
  readonly #element: HTMLElement;
  readonly #scene: Scene;
  readonly #listeners: GestureListeners;
  readonly #pointers = new Map<number, Point>();
  readonly #stop = new AbortController();
  #pressed: Point | undefined;
  #drawing: Point[] | undefined;
  #hovered = -1;

  constructor(element: HTMLElement, scene: Scene, listeners: GestureListeners) {
    this.#element = element;
    this.#scene = scene;
    this.#listeners = listeners;
    const { signal } = this.#stop;
    element.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    element.addEventListener('pointermove', (event) => this.#move(event), { signal });
    element.addEventListener('pointerup', (event) => this.#up(event), { signal });
    element.addEventListener('pointercancel', (event) => this.#forget(event), { signal });
    element.addEventListener('pointerleave', () => this.#hover(-1), { signal });
    element.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener('keydown', (event) => this.#key(event), { signal });
  }

  release(): void {
    this.#stop.abort();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    const at = this.#pixel(event);
    this.#pointers.set(event.pointerId, at);
    this.#pressed = this.#pointers.size === 1 ? at : undefined;
    const draws = (this.isLasso || event.shiftKey) && this.#pointers.size === 1;
    this.#drawing = draws ? [at] : undefined;
    this.#showLine();
  }

  #move(event: PointerEvent): void {
    const at = this.#pixel(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      this.#hover(this.#rowAt(at));
      return;
    }
    if (this.#pressed !== undefined && distance(this.#pressed, at) > CLICK) this.#pressed = undefined;
    const { camera } = this.#scene;
    if (this.#drawing !== undefined) {
      if (distance(this.#drawing.at(-1)!, at) > CLICK) this.#drawing.push(at);
      this.#showLine();
    } else if (this.#pressed === undefined) {
      const other = this.#otherPointer(event.pointerId);
      if (other !== undefined) camera.zoomAt(other, distance(other, at) / Math.max(distance(other, before), 1));
      else camera.panBy(at.x - before.x, at.y - before.y);
      this.#hover(-1);
    } else return;
    this.#pointers.set(event.pointerId, at);
    this.#scene.redraw();
  }

  #up(event: PointerEvent): void {
    const drawn = this.#drawing;
    const clicked = this.#pressed;
    this.#forget(event);
    if (clicked !== undefined) this.#listeners.onPick(this.#rowAt(clicked));
    else if (drawn !== undefined) {
      const { camera, places } = this.#scene;
      this.#listeners.onLasso(places.inside(drawn.map((pixel) => camera.toMap(pixel))));
    }
  }

  #forget({ pointerId }: PointerEvent): void {
    this.#pointers.delete(pointerId);
    this.#pressed = undefined;
    this.#drawing = undefined;
    this.#showLine();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    // A wheel's notch is about 100 pixels or 3 lines; a pinch on a touchpad comes as a small turn with the control key.
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 * event.deltaY : event.deltaY;
    const turn = Math.min(Math.max(pixels, -200), 200) * (event.ctrlKey ? 0.01 : 0.002);
    this.#scene.camera.zoomAt(this.#pixel(event), Math.exp(-turn));
    this.#hover(-1);
    this.#scene.redraw();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { camera } = this.#scene;
    const middle = { x: camera.width / 2, y: camera.height / 2 };
    const [dx, dy] = [STEP * camera.width, STEP * camera.height];
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => camera.panBy(dx, 0),
      ArrowRight: () => camera.panBy(-dx, 0),
      ArrowUp: () => camera.panBy(0, dy),
      ArrowDown: () => camera.panBy(0, -dy),
      '+': () => camera.zoomAt(middle, ZOOM_STEP),
      '=': () => camera.zoomAt(middle, ZOOM_STEP),
      '-': () => camera.zoomAt(middle, 1 / ZOOM_STEP),
      '0': () => camera.fit(),
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      move();
      this.#scene.redraw();
      this.#hover(this.#scene.places.nearest(camera.toMap(middle), middle.x / camera.scale));
    } else if (event.key === 'Enter' && this.#hovered >= 0) this.#listeners.onPick(this.#hovered);
    else if (event.key === 'l') this.#listeners.onToggleLasso();
    else if (event.key === 'Escape') this.#listeners.onClear();
  }

  #hover(row: number): void {
    this.#hovered = row;
    const { camera, places } = this.#scene;
    this.#listeners.onHover(row, row < 0 ? { x: 0, y: 0 } : camera.toPixels(places.x[row]!, places.y[row]!));
  }

  #rowAt(pixel: Point): number {
    const { camera, places } = this.#scene;
    return places.nearest(camera.toMap(pixel), REACH / camera.scale);
  }

  #showLine(): void {
    this.#scene.line = this.#drawing ?? [];
    this.#scene.redraw();
  }

  #otherPointer(id: number): Point | undefined {
    for (const [other, at] of this.#pointers) if (other !== id) return at;
    return undefined;
  }

  #pixel({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
