/** @file The drawing of the map: points, thumbnails and the line of the lasso, redrawn only when something changes. */
import type { MapData } from '../../source/source.ts';
import { Camera, type Point } from './camera.ts';
import { Pictures } from './pictures.ts';
import { Places } from './places.ts';
import { Points } from './points.ts';

const MOVE_MS = 900;

export interface SceneColours {
  /** As `#rrggbb`. */
  readonly accent: string;
  readonly surface: string;
}

export class Scene {
  readonly camera = new Camera();
  places = new Places(new Float32Array(), new Float32Array());
  /** The lasso while it is drawn, in pixels. */
  line: readonly Point[] = [];
  readonly #canvas: HTMLCanvasElement;
  readonly #overlay: CanvasRenderingContext2D;
  readonly #points: Points;
  readonly #pictures: Pictures;
  readonly #observer: ResizeObserver;
  #colours: Uint8Array = new Uint8Array();
  #palette: SceneColours = { accent: '#000000', surface: '#ffffff' };
  #moveStart = -Infinity;
  #frame = 0;

  /**
   * @param canvas for the points, with another on top of it for the rest
   * @throws if the browser has no WebGL 2
   */
  constructor(canvas: HTMLCanvasElement, overlay: HTMLCanvasElement, thumbnailUrl: (row: number) => string) {
    this.#canvas = canvas;
    this.#points = new Points(canvas);
    this.#overlay = overlay.getContext('2d')!;
    this.#pictures = new Pictures(thumbnailUrl, () => this.redraw());
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(canvas);
    this.#resize();
  }

  /** Shows a map; the pictures of one that was shown before move to their new places. */
  setMap({ x, y }: MapData): void {
    const before = this.places;
    const isSame = before.x.length === x.length && x.length > 0;
    this.places = new Places(x, y);
    this.camera.setBounds(this.places.bounds);
    // Where new pictures come to a map, it stays where it was moved to.
    if (before.x.length === 0) this.camera.fit();
    this.#points.setPlaces(isSame ? interleave(before.x, before.y) : interleave(x, y), interleave(x, y));
    if (isSame && !matchMedia('(prefers-reduced-motion: reduce)').matches) this.#moveStart = performance.now();
    this.redraw();
  }

  /** @param colours uint8[n, 4] */
  setColours(colours: Uint8Array): void {
    this.#colours = colours;
    this.#points.setColours(colours);
    this.redraw();
  }

  setPalette(palette: SceneColours): void {
    this.#palette = palette;
    this.redraw();
  }

  /** Rings these. @param colour red, green and blue, in [0, 1] */
  setMarked(rows: Iterable<number>, colour: readonly [number, number, number]): void {
    this.#points.setRing({ rows: Uint32Array.from(rows), colour });
    this.redraw();
  }

  /** Brings a picture to the middle, close enough to see it. */
  goTo(row: number): void {
    this.camera.x = this.places.x[row]!;
    this.camera.y = this.places.y[row]!;
    const closeUp = 2 * Math.max(this.places.x.length / 600, 1) ** 0.25;
    if (this.camera.zoom < closeUp) {
      const { width, height, zoom } = this.camera;
      this.camera.zoomAt({ x: width / 2, y: height / 2 }, closeUp / zoom);
    }
    this.redraw();
  }

  /** Draws before the browser paints next; however often it is asked, once. */
  redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  release(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#points.release();
  }

  #draw(): void {
    const { camera } = this;
    const moved = Math.min((performance.now() - this.#moveStart) / MOVE_MS, 1);
    const eased = moved * moved * (3 - 2 * moved);
    this.#points.draw(camera, eased, pointSize(camera, this.places.x.length), devicePixelRatio);
    const context = this.#overlay;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    context.fillStyle = this.#palette.surface;
    const isShown = (row: number): boolean => this.#colours[4 * row + 3]! > 100;
    const isFading = moved === 1 && this.#pictures.draw(context, camera, this.places, isShown);
    if (this.line.length > 1) this.#drawLine();
    if (isFading || moved < 1) this.redraw();
  }

  #drawLine(): void {
    const context = this.#overlay;
    context.beginPath();
    for (const { x, y } of this.line) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = `${this.#palette.accent}22`;
    context.fill();
    context.strokeStyle = this.#palette.accent;
    context.lineWidth = 2;
    context.stroke();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    for (const canvas of [this.#canvas, this.#overlay.canvas]) {
      canvas.width = Math.round(clientWidth * devicePixelRatio);
      canvas.height = Math.round(clientHeight * devicePixelRatio);
    }
    this.camera.resize(clientWidth, clientHeight);
    this.redraw();
  }
}

/** Points cover about a quarter of the window together, and grow more slowly than the map does. */
function pointSize({ width, height, zoom }: Camera, numPoints: number): number {
  const whole = Math.sqrt((0.3 * width * height) / Math.max(numPoints, 1));
  return Math.min(Math.max(Math.min(whole, 8) * zoom ** 0.4, 2), 14);
}

function interleave(x: Float32Array, y: Float32Array): Float32Array {
  const places = new Float32Array(2 * x.length);
  for (let row = 0; row < x.length; row++) {
    places[2 * row] = x[row]!;
    places[2 * row + 1] = y[row]!;
  }
  return places;
}
