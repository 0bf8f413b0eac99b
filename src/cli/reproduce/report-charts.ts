/** @file The charts of a report: rows as bars with the paper's figures marked, and how all runs learned. */
import { percent } from '../../core/format.js';
import { type Html, html } from '../page/html.js';
import { type ChartLevel, type ChartSeries, lineChart } from '../page/line-chart.js';
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

/** Accuracy and loss of all runs, side by side, with one legend. */
export function learningCurves({ curves, plan, floor }: Findings): Html {
  const ends = curves.map(({ epochs }) => epochs.at(-1)!.epoch);
  // Runs on parts of the pictures have more epochs of fewer steps; what they share is the number of steps.
  const isShared = new Set(ends).size === 1;
  const seriesOf = (pick: (epoch: Curve['epochs'][number]) => number | undefined): ChartSeries[] =>
    curves.map(({ spec, epochs, of }, i) => ({
      name: spec.label,
      colour: colourOf(i, curves.length),
      points: epochs.flatMap((epoch) => {
        const y = pick(epoch);
        const x = isShared ? epoch.epoch : (100 * epoch.epoch) / of;
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

function lines(series: readonly ChartSeries[], level: ChartLevel | undefined): Html {
  const ended = series.filter(({ points }) => points.length > 0);
  if (ended.length === 0) return html`<p class="lead">No run has ended an epoch yet.</p>`;
  const said = ended.map(({ name, points }) => `${name} ends at ${points.at(-1)!.y.toFixed(1)}`).join(', ');
  const highest = Math.max(level?.y ?? 0, ...ended.flatMap(({ points }) => points.map(({ y }) => y)));
  return lineChart({ series, level, top: 1.05 * highest, said });
}
