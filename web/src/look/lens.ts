/** @file Which part of a picture is in view: a place and a zoom that several pictures can share. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The same lens shows the same part of pictures of any size. */
export interface Lens {
  /** 1 shows the whole picture. */
  readonly zoom: number;
  /** What is in the middle, from 0 to 1 of the picture’s width and height. */
  readonly x: number;
  readonly y: number;
}

/** Where a picture is drawn in its pane, in pixels. */
export interface Placed extends Size {
  readonly left: number;
  readonly top: number;
}

export const WHOLE: Lens = { zoom: 1, x: 0.5, y: 0.5 };
const MAX_ZOOM = 64;

/** Pixels of the pane for each of the picture, where it is whole. */
function fit(picture: Size, pane: Size): number {
  return Math.min(pane.width / picture.width, pane.height / picture.height);
}

export function placed({ zoom, x, y }: Lens, picture: Size, pane: Size): Placed {
  const scale = zoom * fit(picture, pane);
  const [width, height] = [scale * picture.width, scale * picture.height];
  return { width, height, left: start(x, width, pane.width), top: start(y, height, pane.height) };
}

/** What is smaller than the pane stays in its middle; what is larger fills it. */
function start(middle: number, length: number, pane: number): number {
  if (length <= pane) return (pane - length) / 2;
  return Math.min(0, Math.max(pane - length, pane / 2 - middle * length));
}

/** Zooms about a point of the pane, which stays where it is. */
export function zoomed(
  lens: Lens,
  factor: number,
  at: { readonly x: number; readonly y: number },
  picture: Size,
  pane: Size,
): Lens {
  const before = placed(lens, picture, pane);
  const zoom = Math.min(MAX_ZOOM, Math.max(1, lens.zoom * factor));
  const grown = zoom / lens.zoom;
  const middle = (point: number, from: number, length: number, side: number): number =>
    (side / 2 - point + grown * (point - from)) / (grown * length);
  return inside(
    {
      zoom,
      x: middle(at.x, before.left, before.width, pane.width),
      y: middle(at.y, before.top, before.height, pane.height),
    },
    picture,
    pane,
  );
}

/** Moves the picture by pixels of the pane. */
export function moved(lens: Lens, dx: number, dy: number, picture: Size, pane: Size): Lens {
  const { width, height } = placed(lens, picture, pane);
  return inside({ ...lens, x: lens.x - dx / width, y: lens.y - dy / height }, picture, pane);
}

/** Shows the picture’s own pixels, one for each of the screen. */
export function ownPixels(lens: Lens, picture: Size, pane: Size, density: number): Lens {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, 1 / (density * fit(picture, pane))));
  return inside({ ...lens, zoom }, picture, pane);
}

/** The same part, in the middle of what can be seen. */
function inside(lens: Lens, picture: Size, pane: Size): Lens {
  const { left, top, width, height } = placed(lens, picture, pane);
  return { ...lens, x: (pane.width / 2 - left) / width, y: (pane.height / 2 - top) / height };
}
