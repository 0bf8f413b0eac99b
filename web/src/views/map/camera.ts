/** @file What part of the map is in view. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Zoom beyond which nothing new comes apart, as a factor of the whole map in view. */
const MAX_ZOOM = 4000;
/** Share of the window that the whole map fills. */
const FILL = 0.88;

/** Map coordinates have y upwards; pixels are CSS pixels from the top left, y downwards. */
export class Camera {
  /** Middle of the view, on the map. */
  x = 0;
  y = 0;
  /** Pixels per unit of the map. */
  scale = 1;
  width = 1;
  height = 1;
  #bounds: Bounds = { left: -1, right: 1, bottom: -1, top: 1 };

  /** How much closer than the whole map. */
  get zoom(): number {
    return this.scale / this.#fitScale;
  }

  get #fitScale(): number {
    const { left, right, bottom, top } = this.#bounds;
    return FILL * Math.min(this.width / (right - left), this.height / (top - bottom));
  }

  /** Keeps what is in the middle there, and the zoom. */
  resize(width: number, height: number): void {
    const { zoom } = this;
    this.width = width;
    this.height = height;
    this.scale = zoom * this.#fitScale;
  }

  /** Where the pictures lie; an empty side is widened. */
  setBounds({ left, right, bottom, top }: Bounds): void {
    const { zoom } = this;
    const wide = Math.max(right - left, 1e-6) / 2;
    const high = Math.max(top - bottom, 1e-6) / 2;
    const [x, y] = [(left + right) / 2, (bottom + top) / 2];
    this.#bounds = { left: x - wide, right: x + wide, bottom: y - high, top: y + high };
    this.scale = zoom * this.#fitScale;
  }

  /** Brings the whole map into view. */
  fit(): void {
    const { left, right, bottom, top } = this.#bounds;
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    this.scale = this.#fitScale;
  }

  panBy(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  /** Zooms about a pixel, which stays where it is. */
  zoomAt(pixel: Point, factor: number): void {
    const before = this.toMap(pixel);
    this.scale = Math.min(Math.max(this.scale * factor, this.#fitScale / 2), this.#fitScale * MAX_ZOOM);
    const after = this.toMap(pixel);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
  }

  toMap({ x, y }: Point): Point {
    return { x: this.x + (x - this.width / 2) / this.scale, y: this.y - (y - this.height / 2) / this.scale };
  }

  toPixels(x: number, y: number): Point {
    return { x: (x - this.x) * this.scale + this.width / 2, y: (this.y - y) * this.scale + this.height / 2 };
  }

  /** What is in view, on the map, with a margin in pixels. */
  view(margin = 0): Bounds {
    const wide = (this.width / 2 + margin) / this.scale;
    const high = (this.height / 2 + margin) / this.scale;
    return { left: this.x - wide, right: this.x + wide, bottom: this.y - high, top: this.y + high };
  }
}
