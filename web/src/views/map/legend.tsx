/** @file What the colours mean; a click on a category shows it alone. */

import type { JSX } from 'preact';
import { formatCount } from '../../../../src/core/format.ts';
import type { Colouring } from './colouring.ts';
import { SCALE_GRADIENT } from './colours.ts';

interface LegendProps {
  readonly colouring: Colouring;
  readonly isolated: ReadonlySet<number>;
  readonly onIsolate: (isolated: ReadonlySet<number>) => void;
}

export function Legend({ colouring: { categories, range }, isolated, onIsolate }: LegendProps): JSX.Element {
  if (range !== undefined) return <Scale range={range} />;
  const toggle = (id: number): void => {
    const next = new Set(isolated);
    if (!next.delete(id)) next.add(id);
    onIsolate(next);
  };
  return (
    <ul class="legend" aria-label="Legend; choose entries to show them alone">
      {categories?.map(({ id, name, colour, numPictures }) => (
        <li key={id}>
          <button type="button" aria-pressed={isolated.has(id)} onClick={() => toggle(id)}>
            <span class="swatch" style={{ background: colour }} />
            <span class="legend-name">{name}</span>
            <span class="number soft">{formatCount(numPictures)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Scale({ range: [low, high] }: { readonly range: readonly [number, number] }): JSX.Element {
  return (
    <div class="scale" role="img" aria-label={`From ${low.toFixed(2)} to ${high.toFixed(2)}`}>
      <span class="number">{low.toFixed(2)}</span>
      <span class="scale-bar" style={{ background: SCALE_GRADIENT }} />
      <span class="number">{high.toFixed(2)}</span>
    </div>
  );
}
