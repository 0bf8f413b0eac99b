/** @file Thumbnails over the points, once one is close enough to see them. */
import type { Camera } from './camera.ts';
import type { Places } from './places.ts';

/** Most thumbnails in view, about; on a large screen they are further apart. */
const MAX_IN_VIEW = 500;
/** Least distance of two, and the longer side of each, in CSS pixels. */
const SPACING = 60;
export const THUMBNAIL_SIDE = 52;
/** Pictures kept when they have left the view. */
const MAX_KEPT = 1500;
/** Requests at a time; the rest waits, so that what was passed by is never asked for. */
const MAX_LOADING = 6;
const FADE_MS = 180;

interface Loaded {
  readonly image: HTMLImageElement;
  readonly since: number;
}

export class Pictures {
  readonly #url: (row: number) => string;
  readonly #onLoad: () => void;
  /** In the order of last use. */
  readonly #kept = new Map<number, Loaded>();
  readonly #loading = new Set<number>();
  readonly #broken = new Set<number>();
  #wanted: readonly number[] = [];

  /** @param onLoad called when there is something new to draw */
  constructor(url: (row: number) => string, onLoad: () => void) {
    this.#url = url;
    this.#onLoad = onLoad;
  }

  /**
   * @param isShown whether a row's picture may be drawn
   * @returns whether a thumbnail is still fading in, which takes another frame
   */
  draw(context: CanvasRenderingContext2D, camera: Camera, places: Places, isShown: (row: number) => boolean): boolean {
    const inView = isClose(camera, places.x.length)
      ? places.representatives(levelOf(camera), camera.view(THUMBNAIL_SIDE / 2)).filter(isShown)
      : [];
    this.#wanted = inView.filter((row) => !this.#kept.has(row) && !this.#broken.has(row));
    this.#loadNext();
    const now = performance.now();
    let isFading = false;
    for (const row of inView) {
      const loaded = this.#kept.get(row);
      if (loaded === undefined) continue;
      this.#kept.delete(row);
      this.#kept.set(row, loaded);
      const alpha = Math.min((now - loaded.since) / FADE_MS, 1);
      isFading ||= alpha < 1;
      const { x, y } = camera.toPixels(places.x[row]!, places.y[row]!);
      drawFramed(context, loaded.image, x, y, alpha);
    }
    this.#forget(inView.length);
    return isFading;
  }

  #loadNext(): void {
    for (const row of this.#wanted) {
      if (this.#loading.size >= MAX_LOADING) return;
      if (this.#loading.has(row)) continue;
      this.#loading.add(row);
      void this.#load(row);
    }
  }

  async #load(row: number): Promise<void> {
    const image = new Image();
    image.src = this.#url(row);
    try {
      await image.decode();
      this.#kept.set(row, { image, since: performance.now() });
    } catch {
      this.#broken.add(row);
    }
    this.#loading.delete(row);
    this.#onLoad();
  }

  #forget(numInView: number): void {
    for (const row of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT + numInView) return;
      this.#kept.delete(row);
    }
  }
}

/** Few pictures are shown at once, many only when the map is zoomed; the more there are, the further. */
function isClose(camera: Camera, numPictures: number): boolean {
  return camera.zoom >= 0.99 * Math.max(numPictures / 600, 1) ** 0.25;
}

/** The level whose squares are at least one spacing wide. */
function levelOf({ width, height, scale }: Camera): number {
  const spacing = Math.max(SPACING, Math.sqrt((width * height) / MAX_IN_VIEW));
  return Math.min(Math.floor(Math.log2(scale / spacing)), 22);
}

function drawFramed(
  context: CanvasRenderingContext2D,
  image: HTMLImageElement,
  x: number,
  y: number,
  alpha: number,
): void {
  const factor = THUMBNAIL_SIDE / Math.max(image.naturalWidth, image.naturalHeight);
  const width = image.naturalWidth * factor;
  const height = image.naturalHeight * factor;
  context.globalAlpha = alpha;
  context.fillRect(x - width / 2 - 1, y - height / 2 - 1, width + 2, height + 2);
  context.drawImage(image, x - width / 2, y - height / 2, width, height);
  context.globalAlpha = 1;
}
