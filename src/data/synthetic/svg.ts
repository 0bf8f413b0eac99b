/** @file Shapes as SVG text. Numbers are rounded to hundredths: the files stay small and the same on every machine. */

/** Text with its numbers rounded, for path data and attributes: d`M${x} ${y}`. */
export function d(literals: TemplateStringsArray, ...parts: readonly (number | string)[]): string {
  const round = (part: number | string): number | string =>
    typeof part === 'number' ? Math.round(part * 100) / 100 : part;
  return String.raw({ raw: literals }, ...parts.map(round));
}

/** The inside of path data, open or closed. */
export function path(pathData: string, fill: string): string {
  return `<path d="${pathData}" fill="${fill}"/>`;
}

/** A line with round ends along path data, `width` units thick. */
export function line(pathData: string, stroke: string, width: number): string {
  return d`<path d="${pathData}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round"/>`;
}

/** An ellipse, turned by `degrees` about its own centre. */
export function ellipse(cx: number, cy: number, rx: number, ry: number, fill: string, degrees = 0): string {
  const place = d`cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" transform="rotate(${degrees} ${cx} ${cy})"`;
  return `<ellipse ${place} fill="${fill}"/>`;
}

export function circle(cx: number, cy: number, r: number, fill: string): string {
  return d`<circle cx="${cx}" cy="${cy}" r="${r}" fill="${fill}"/>`;
}

/** A rectangle by its upper left corner, with corners of radius `rounding`. */
export function rect(x: number, y: number, width: number, height: number, fill: string, rounding = 0): string {
  return d`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${rounding}" fill="${fill}"/>`;
}

/** Shapes under a transform, or any other attributes. */
export function group(shapes: string, attributes: string): string {
  return `<g ${attributes}>${shapes}</g>`;
}

/** Shapes and their mirror image about the vertical axis. */
export function mirrored(shapes: string): string {
  return shapes + group(shapes, 'transform="scale(-1 1)"');
}
