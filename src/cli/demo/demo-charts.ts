/** @file The two charts of the page: three accuracies as bars, and the curves of learning. */
import { formatCount } from '../../core/format.js';
import { type Html, html } from '../page/html.js';
import { epochTicks, ticks } from '../page/ticks.js';
import { percent, unbroken } from '../words.js';
import type { DemoAccuracy, DemoResults } from './demo-results.js';

/** Bars from 0 to 100 % with the line of chance through them. */
export function accuracyBars({ accuracies, chance, numNeighbours }: DemoResults): Html {
  return html`
<figure class="bars" style="--chance:${(chance * 100).toFixed(2)}%">
${bar('Raw pixels', 'Compares the colours, place by place', accuracies.rawPixels, '')}
${bar('Encoder, untrained', 'The same network, random weights', accuracies.untrained, '')}
${bar('Encoder, trained', 'After learning, still without a label', accuracies.trained, 'best')}
<p class="scale" aria-hidden="true"><span class="chance">chance ${unbroken(percent(chance))}</span><span class="end">100\u202f%</span></p>
<figcaption>Share of test pictures given the right name by the vote of their ${numNeighbours} nearest training pictures (thick bar)
and by the single nearest one (thin bar). Names are used here only, to keep the score.</figcaption>
</figure>`;
}

function bar(name: string, note: string, { knn, nearest }: DemoAccuracy, kind: string): Html {
  return html`<div class="bar ${kind}">
<div class="name"><b>${name}</b><small>${note}</small></div>
<div class="track"><i style="width:${(knn * 100).toFixed(2)}%"></i><i class="thin" style="width:${(nearest * 100).toFixed(2)}%"></i></div>
<div class="value"><b>${unbroken(percent(knn))}</b><small>${unbroken(percent(nearest))} nearest one</small></div>
</div>`;
}

/** Accuracy and loss by epoch, side by side. */
export function demoCurves({ curve, accuracies, comparedWith }: DemoResults): Html {
  const knn = curve.map((point) => ({ x: point.epoch, y: point.knn * 100 }));
  const loss = curve.map((point) => ({ x: point.epoch, y: point.loss }));
  const unlearned = Math.log(comparedWith);
  const reference = { y: accuracies.rawPixels.knn * 100, name: 'raw pixels' };
  return html`
<div class="curves">
<figure><h3>Accuracy of the vote, %</h3>${lineChart(knn, 100, reference)}</figure>
<figure><h3>Loss, nats</h3>${lineChart(loss, unlearned * 1.08, { y: unlearned, name: `guessing among ${formatCount(comparedWith)} pictures` })}</figure>
</div>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDTH = 400;
const HEIGHT = 210;
const LEFT = 30;
const RIGHT = 386;
const TOP = 10;
const BOTTOM = 184;

/** A line over the epochs, from zero up, with a dashed level to hold it against. */
function lineChart(points: readonly Point[], highest: number, reference: { y: number; name: string }): Html {
  const lastEpoch = points.at(-1)?.x ?? 1;
  const top = Math.max(highest, ...points.map((point) => point.y));
  const x = (epoch: number): number =>
    lastEpoch === 1 ? LEFT : LEFT + ((epoch - 1) / (lastEpoch - 1)) * (RIGHT - LEFT);
  const y = (value: number): number => BOTTOM - (value / top) * (BOTTOM - TOP);
  const at = (point: Point): string => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`;
  const line = points.map(at).join(' ');
  const last = points.at(-1);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${points.map((p) => `epoch ${p.x}: ${p.y.toFixed(2)}`).join(', ')}">
${ticks(top).map((tick) => html`<path class="grid" d="M${LEFT} ${y(tick).toFixed(1)}H${RIGHT}"/><text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${tick}</text>`)}
${epochTicks(lastEpoch).map((epoch) => html`<text x="${x(epoch).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${epoch}</text>`)}
<path class="reference" d="M${LEFT} ${y(reference.y).toFixed(1)}H${RIGHT}"/>
<text class="halo" x="${RIGHT}" y="${(y(reference.y) + 15).toFixed(1)}" text-anchor="end">${reference.name}</text>
<polyline points="${line}"/>
${last === undefined ? '' : html`<circle cx="${x(last.x).toFixed(1)}" cy="${y(last.y).toFixed(1)}" r="4"/>`}
</svg>`;
}
