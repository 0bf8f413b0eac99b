/** @file The charts of a report: rows as bars with the paper's figures marked, and how all runs learned. */
import { type Html, html } from '../page/html.js';
import { epochTicks, ticks } from '../page/ticks.js';
import { percent } from '../words.js';
import type { Curve, Findings } from './findings.js';

/** One bar a row and column, from 0 to 100 %, each with a mark where the paper's figure is. */
export function resultBars({ experiment, rows, plan }: Findings): Html {
  const shares = experiment.columns.filter(({ unit }) => unit !== 'number');
  const chance = 100 / plan.available.numClasses;
  const hasPaper = rows.some(({ label }) => shares.some(({ name }) => experiment.paper[label]?.[name] !== undefined));
  const place = (share: number): string => (100 * share).toFixed(2);
  return html`
<figure class="results" style="--chance:${chance.toFixed(2)}%">
<p class="key">${shares.map(({ title }, i) => html`<span><i class="swatch c${i}"></i>${title}</span>`)}${
    hasPaper ? html`<span><i class="swatch mark"></i>in the paper</span>` : ''
  }<span><i class="swatch dashes"></i>guessing</span></p>
${rows.map(
  ({ label, values }) => html`<div class="result"><b>${label}</b><div class="track">
${shares.map(({ name, title }, i) => {
  const [ours, paper] = [values[name], experiment.paper[label]?.[name]];
  if (ours === undefined) return html``;
  const said = `${title}: ${percent(ours)}${paper === undefined ? '' : `, in the paper ${percent(paper)}`}`;
  return html`<div class="line" role="img" aria-label="${said}"><i class="c${i}" style="width:${place(ours)}%"></i>${
    paper === undefined ? '' : html`<u style="left:${place(paper)}%"></u>`
  }</div>`;
})}
</div><span class="value">${shares.map(({ name }) => html`<span>${values[name] === undefined ? '' : percent(values[name])}</span>`)}</span></div>`,
)}
</figure>`;
}

const WIDTH = 400;
const HEIGHT = 236;
const LEFT = 30;
const RIGHT = 392;
const TOP = 10;
const BOTTOM = 214;

interface Series {
  readonly curve: Curve;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A level that curves are held against, with its name on the side that they do not end on. */
interface Level {
  readonly y: number;
  readonly name: string;
  readonly side: 'above' | 'below';
}

/** Accuracy and loss of all runs, side by side, with one legend. */
export function learningCurves({ curves, plan, floor }: Findings): Html {
  const ends = curves.map(({ epochs }) => epochs.at(-1)!.epoch);
  // Runs on parts of the pictures have more epochs of fewer steps; what they share is the number of steps.
  const isShared = new Set(ends).size === 1;
  const seriesOf = (pick: (epoch: Curve['epochs'][number]) => number | undefined): Series[] =>
    curves.map((curve) => ({
      curve,
      points: curve.epochs.flatMap((epoch) => {
        const y = pick(epoch);
        const x = isShared ? epoch.epoch : (100 * epoch.epoch) / curve.of;
        return y === undefined ? [] : [{ x, y }];
      }),
    }));
  const axis = isShared ? 'by epoch' : 'by % of the training';
  const accuracy = seriesOf(({ knn }) => knn && 100 * knn);
  const loss = seriesOf(({ loss }) => loss);
  const unlearned = Math.log(plan.pictures);
  return html`
<div class="curves">
<figure><h3>Vote of the memory bank on training pictures, % right, ${axis}</h3>${lines(accuracy, floor === undefined ? undefined : { y: 100 * floor, name: 'untrained', side: 'below' })}</figure>
<figure><h3>Loss, nats, ${axis}</h3>${lines(loss, { y: unlearned, name: `ln n = ${unlearned.toFixed(1)}`, side: 'above' })}</figure>
</div>
<p class="key curve-key">${curves.map(({ spec }, i) => html`<span><i class="swatch" style="background:${colourOf(i, curves.length)}"></i>${spec.label}</span>`)}</p>`;
}

/** Hues spread over the circle, as light and as strong as one another. */
function colourOf(i: number, of: number): string {
  return `oklch(var(--lightness) 0.15 ${Math.round((360 * i) / of + 30) % 360})`;
}

function lines(series: readonly Series[], level: Level | undefined): Html {
  const points = series.flatMap((each) => each.points);
  if (points.length === 0) return html`<p class="lead">No run has ended an epoch yet.</p>`;
  const last = Math.max(...points.map(({ x }) => x));
  const first = Math.min(1, ...points.map(({ x }) => x));
  const top = 1.05 * Math.max(level?.y ?? 0, ...points.map(({ y }) => y));
  const x = (value: number): number =>
    last === first ? LEFT : LEFT + ((value - first) / (last - first)) * (RIGHT - LEFT);
  const y = (value: number): number => BOTTOM - (value / top) * (BOTTOM - TOP);
  const at = (point: { readonly x: number; readonly y: number }): string =>
    `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`;
  const said = series
    .filter(({ points }) => points.length > 0)
    .map(({ curve, points }) => `${curve.spec.label} ends at ${points.at(-1)!.y.toFixed(1)}`)
    .join(', ');
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${said}">
${ticks(top).map((tick) => html`<path class="grid" d="M${LEFT} ${y(tick).toFixed(1)}H${RIGHT}"/><text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${tick}</text>`)}
${epochTicks(Math.floor(last)).map((tick) => html`<text x="${x(Math.max(first, tick)).toFixed(1)}" y="${BOTTOM + 16}" text-anchor="middle">${tick}</text>`)}
${level === undefined ? '' : html`<path class="reference" d="M${LEFT} ${y(level.y).toFixed(1)}H${RIGHT}"/><text class="halo" x="${RIGHT}" y="${(y(level.y) + (level.side === 'above' ? -6 : 15)).toFixed(1)}" text-anchor="end">${level.name}</text>`}
${series.map(({ points }, i) => html`<polyline style="stroke:${colourOf(i, series.length)}" points="${points.map(at).join(' ')}"><title>${series[i]!.curve.spec.label}</title></polyline>`)}
</svg>`;
}
