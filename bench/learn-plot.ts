/** @file Accuracy against minutes of training as one SVG: a panel for each set, and one for their mean. */
import { type Html, html } from '#src/cli/page/html.js';

export interface PlotPoint {
  readonly minutes: number;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** Least and greatest of the seeds; left out where nothing is known of them. */
  readonly spread?: readonly [number, number];
}

export interface PlotPanel {
  readonly title: string;
  readonly curves: readonly { readonly name: string; readonly points: readonly PlotPoint[] }[];
  /** Drawn across. */
  readonly levels: readonly { readonly name: string; readonly accuracy: number }[];
}

const COLOURS = ['#2a5bd7', '#d1444c', '#2d8a4e', '#8a4fbf', '#b8860b', '#0f8b8d', '#c2559b', '#5f6b7a'];
const [WIDTH, HEIGHT] = [420, 280];
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 410, 34, 240];
const ACROSS = 2;
const LEGEND_LINE = 18;

/** @param measured what the accuracies are of, in words */
export function learnPlot(panels: readonly PlotPanel[], measured: string): string {
  const names = [...new Set(panels.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const colourOf = (name: string): string => COLOURS[names.indexOf(name) % COLOURS.length]!;
  const all = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.map(({ minutes }) => minutes)));
  const range = [Math.min(...all), Math.max(...all)] as const;
  const down = Math.ceil(panels.length / ACROSS) * HEIGHT;
  const height = down + LEGEND_LINE * (names.length + 1);
  const legend = names.map((name, i) => {
    const y = down + LEGEND_LINE * (i + 0.5);
    return html`<path d="M${LEFT} ${y}h24" stroke="${colourOf(name)}" stroke-width="2"/><text x="${LEFT + 32}" y="${y + 4}">${name}</text>`;
  });
  const drawn = panels.map(
    (panel, i) =>
      html`<g transform="translate(${(i % ACROSS) * WIDTH} ${Math.floor(i / ACROSS) * HEIGHT})">${drawPanel(panel, range, colourOf)}</g>`,
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${ACROSS * WIDTH} ${height}" font-family="sans-serif" font-size="11" fill="#222" role="img" aria-label="${measured} against minutes of training">
<rect width="100%" height="100%" fill="#fff"/>
${drawn}
${legend}
<text x="${ACROSS * WIDTH - 10}" y="${height - 10}" text-anchor="end" fill="#666">${measured}, % of the test pictures, against minutes of training; bars: all seeds</text>
</svg>
`.text;
}

function drawPanel(
  { title, curves, levels }: PlotPanel,
  [first, last]: readonly [number, number],
  colourOf: (name: string) => string,
): Html {
  const x = (minutes: number): number =>
    last === first
      ? (LEFT + RIGHT) / 2
      : LEFT + ((Math.log(minutes / first) / Math.log(last / first)) * (RIGHT - LEFT) || 0);
  const y = (accuracy: number): number => BOTTOM - accuracy * (BOTTOM - TOP);
  const at = ({ minutes, accuracy }: PlotPoint): string => `${x(minutes).toFixed(1)},${y(accuracy).toFixed(1)}`;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const minutes = [
    ...new Set(curves.flatMap(({ points }) => points.map((point) => Number(point.minutes.toPrecision(2))))),
  ];
  return html`<text x="${LEFT}" y="20" font-size="13" font-weight="bold">${title}</text>
${ticks.map((tick) => html`<path d="M${LEFT} ${y(tick).toFixed(1)}H${RIGHT}" stroke="#e4e4e4"/><text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${Math.round(100 * tick)}</text>`)}
${minutes.map((tick) => html`<text x="${x(tick).toFixed(1)}" y="${BOTTOM + 16}" text-anchor="middle">${tick}</text>`)}
${levels.map(({ name, accuracy }) => html`<path d="M${LEFT} ${y(accuracy).toFixed(1)}H${RIGHT}" stroke="#888" stroke-dasharray="4 3"/><text x="${RIGHT}" y="${(y(accuracy) - 3).toFixed(1)}" text-anchor="end" fill="#666" font-size="9">${name}</text>`)}
${curves.map(
  ({
    name,
    points,
  }) => html`<polyline fill="none" stroke="${colourOf(name)}" stroke-width="2" points="${points.map(at).join(' ')}"/>
${points.map((point) => html`<circle fill="${colourOf(name)}" cx="${x(point.minutes).toFixed(1)}" cy="${y(point.accuracy).toFixed(1)}" r="3"/>`)}
${points.flatMap(({ minutes, spread }) => (spread === undefined ? [] : [html`<path stroke="${colourOf(name)}" d="M${x(minutes).toFixed(1)} ${y(spread[0]).toFixed(1)}V${y(spread[1]).toFixed(1)}"/>`]))}`,
)}`;
}
