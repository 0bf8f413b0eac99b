/** @file The slider of the least similarity, over the number of pairs at each. */

import type { JSX } from 'preact';
import { plural } from '../../../../src/core/format.ts';
import type { Duplicates } from '../../source/source.ts';

interface ThresholdProps {
  readonly value: number;
  readonly pairsAt: Duplicates['pairsAt'];
  readonly onInput: (threshold: number) => void;
}

const STEP = 0.001;

export function Threshold({ value, pairsAt, onInput }: ThresholdProps): JSX.Element {
  // The lowest of the slider's steps that there are pairs for.
  const least = Math.ceil(Math.min(value, ...pairsAt.map(({ threshold }) => threshold)) / STEP - 1e-6) * STEP;
  const most = 1;
  return (
    <div class="threshold">
      <label for="least-similarity">
        At least <output class="number">{value.toFixed(3)}</output> similar
      </label>
      <p class="number" aria-live="polite">
        {pairsInWords(numPairsAt(value, pairsAt))}
      </p>
      <input
        id="least-similarity"
        type="range"
        min={least}
        max={most}
        step={STEP}
        value={value}
        aria-valuetext={value.toFixed(3)}
        onInput={({ currentTarget }) => onInput(Number(currentTarget.valueAsNumber.toFixed(3)))}
      />
      <Histogram {...{ value, pairsAt, least, most }} />
    </div>
  );
}

/** Pairs at least as similar; between two thresholds that the service counted at, those of the stricter one. */
function numPairsAt(
  value: number,
  pairsAt: Duplicates['pairsAt'],
): { readonly count: number; readonly isLeast: boolean } {
  const stricter = pairsAt.filter(({ threshold }) => threshold >= value - STEP / 2);
  const nearest = stricter.reduce((a, b) => (b.threshold < a.threshold ? b : a), { threshold: 1, numPairs: 0 });
  return { count: nearest.numPairs, isLeast: nearest.threshold > value + STEP / 2 };
}

function pairsInWords({ count, isLeast }: ReturnType<typeof numPairsAt>): string {
  return `${isLeast ? 'at least ' : ''}${plural(count, 'pair')}`;
}

interface HistogramProps extends Omit<ThresholdProps, 'onInput'> {
  readonly least: number;
  readonly most: number;
}

/** How many pairs there are from each threshold on, to a logarithmic scale: from one to the most. */
function Histogram({ value, pairsAt, least, most }: HistogramProps): JSX.Element {
  const sorted = [...pairsAt].sort((a, b) => a.threshold - b.threshold);
  const highest = Math.log10(1 + Math.max(1, ...sorted.map(({ numPairs }) => numPairs)));
  const place = (threshold: number): number => (100 * (threshold - least)) / (most - least || 1);
  return (
    <svg class="histogram" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      {sorted.map(({ threshold, numPairs }, i) => {
        const height = (30 * Math.log10(1 + numPairs)) / highest;
        const next = sorted[i + 1]?.threshold ?? most;
        return (
          <rect
            key={threshold}
            class={threshold >= value - STEP / 2 ? 'inside' : undefined}
            x={place(threshold)}
            y={30 - height}
            width={Math.max(0.2, place(next) - place(threshold) - 0.1)}
            height={height}
          />
        );
      })}
    </svg>
  );
}
