/** @file How similar all rows of the bank are to a feature, and where its own row is among them. */

import type { JSX } from 'preact';
import { formatCount, plural } from '../../../../src/core/format.ts';
import type { Explanation } from '../../source/source.ts';

const HEIGHT = 60;

export function Histogram({
  histogram,
  own,
  numRows,
}: Pick<Explanation, 'histogram' | 'own' | 'numRows'>): JSX.Element {
  const most = Math.max(...histogram);
  // Square roots, so that the few rows at the ends are seen beside the many in the middle.
  const height = (count: number): number => HEIGHT * Math.sqrt(count / most);
  const place = ((own.similarity + 1) / 2) * histogram.length;
  const bars = histogram.map((count, i) =>
    count === 0 ? '' : `M${i} ${HEIGHT}v${-height(count)}h1v${height(count)}z`,
  );
  return (
    <figure class="similarities">
      <svg
        viewBox={`0 0 ${histogram.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={describe(own, numRows)}
      >
        <path class="counts" d={bars.join('')} />
        <path class="own" d={`M${place} 0V${HEIGHT}`} />
      </svg>
      <div class="ticks soft number" aria-hidden="true">
        {[-1, -0.5, 0, 0.5, 1].map((tick) => (
          <span key={tick}>{String(tick).replace('-', '−')}</span>
        ))}
      </div>
      <figcaption class="soft">
        All {formatCount(numRows)} rows by their similarity to v; the line is the picture’s own row. Heights are square
        roots of counts.
      </figcaption>
    </figure>
  );
}

function describe(own: Explanation['own'], numRows: number): string {
  return `Similarities of ${plural(numRows, 'row')}; the picture’s own has ${own.similarity.toFixed(3)} and is number ${own.rank}`;
}
