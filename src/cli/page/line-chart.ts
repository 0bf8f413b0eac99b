/** @file Curves over the epochs as SVG. */
import { type Html, html } from './html.js';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface ChartSeries {
  readonly name: string;
  /** Of the line, as CSS has it. */
  readonly colour: string;
  readonly points: readonly ChartPoint[];
}

/** A level that curves are held against, with its name on the side that they do not end on. */
export interface ChartLevel {
  readonly y: number;
  readonly name: string;
  readonly side: 'above' | 'below';
}

export interface LineChart {
  readonly series: readonly ChartSeries[];
  readonly level: ChartLevel | undefined;
  /** The axis ends here, or at the highest point. */
  readonly top: number;
  /** The chart in words, for who does not see it. */
  readonly said: string;
}

const WIDTH = 400;
const HEIGHT = 236;
const LEFT = 30;
const RIGHT = 390;
const TOP = 10;
const BOTTOM = 212;

/** Lines from zero up, with a dashed level; a line that is alone has a dot at its end. There must be a point. */
export function lineChart({ series, level, top: wanted, said }: LineChart): Html {
  const points = series.flatMap((each) => each.points);
  const last = Math.max(...points.map(({ x }) => x));
  const first = Math.min(1, ...points.map(({ x }) => x));
  const top = Math.max(wanted, ...points.map(({ y }) => y));
  const x = (value: number): string =>
    (last === first ? LEFT : LEFT + ((value - first) / (last - first)) * (RIGHT - LEFT)).toFixed(1);
  const y = (value: number, below = 0): string => (BOTTOM - (value / top) * (BOTTOM - TOP) + below).toFixed(1);
  const at = (point: ChartPoint): string => `${x(point.x)},${y(point.y)}`;
  const end = series.length === 1 ? points.at(-1) : undefined;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${said}">
${ticks(top).map((tick) => html`<path class="grid" d="M${LEFT} ${y(tick)}H${RIGHT}"/><text x="${LEFT - 6}" y="${y(tick, 4)}" text-anchor="end">${tick}</text>`)}
${epochTicks(Math.floor(last)).map((tick) => html`<text x="${x(Math.max(first, tick))}" y="${BOTTOM + 18}" text-anchor="middle">${tick}</text>`)}
${level === undefined ? '' : html`<path class="reference" d="M${LEFT} ${y(level.y)}H${RIGHT}"/><text class="halo" x="${RIGHT}" y="${y(level.y, level.side === 'above' ? -6 : 15)}" text-anchor="end">${level.name}</text>`}
${series.map(({ name, colour, points }) => html`<polyline style="stroke:${colour}" points="${points.map(at).join(' ')}"><title>${name}</title></polyline>`)}
${end === undefined ? '' : html`<circle style="fill:${series[0]!.colour}" cx="${x(end.x)}" cy="${y(end.y)}" r="4"/>`}
</svg>`;
}

/** Three to six round values from 0 to `top`. */
function ticks(top: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50].find((size) => top / size <= 5) ?? top;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

/** At most seven whole epochs, the first and about the last among them. */
function epochTicks(last: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => last / size <= 7) ?? last;
  const multiples = Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step);
  return step === 1 ? multiples : [1, ...multiples];
}
