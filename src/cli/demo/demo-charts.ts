/** @file The two charts of the page: three accuracies as bars, and the curves of learning. */
import { formatCount, percent } from '../../core/format.js';
import { type Html, html } from '../page/html.js';
import { type ChartLevel, type ChartPoint, lineChart } from '../page/line-chart.js';
import { unbroken } from '../words.js';
import type { DemoAccuracy, DemoResults } from './demo-results.js';

/** Bars from 0 to 100 % with the line of chance through them. */
export function accuracyBars({ accuracies, chance, numNeighbours }: DemoResults): Html {
  return html`
<figure class="bars" style="--chance:${(chance * 100).toFixed(2)}%">
${bar('Raw pixels', 'Compares the colours, place by place', accuracies.rawPixels, '')}
${bar('Encoder, untrained', 'The same network, random weights, and the same edges', accuracies.untrained, '')}
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
  const unlearned = Math.log(comparedWith);
  const chart = (name: string, points: readonly ChartPoint[], top: number, level: ChartLevel): Html =>
    lineChart({
      series: [{ name, colour: 'var(--learned)', points }],
      level,
      top,
      said: points.map(({ x, y }) => `epoch ${x}: ${y.toFixed(2)}`).join(', '),
    });
  const accuracy = chart(
    'accuracy',
    curve.map(({ epoch, knn }) => ({ x: epoch, y: knn * 100 })),
    100,
    { y: accuracies.rawPixels.knn * 100, name: 'raw pixels', side: 'below' },
  );
  const loss = chart(
    'loss',
    curve.map(({ epoch, loss }) => ({ x: epoch, y: loss })),
    unlearned * 1.08,
    { y: unlearned, name: `guessing among ${formatCount(comparedWith)} pictures`, side: 'below' },
  );
  return html`
<div class="curves">
<figure><h3>Accuracy of the vote, %</h3>${accuracy}</figure>
<figure><h3>Loss, nats</h3>${loss}</figure>
</div>`;
}
