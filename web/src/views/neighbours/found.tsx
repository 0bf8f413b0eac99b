/** @file What a search found, and how much of it shares the label. */
import type { JSX } from 'preact';
import { PictureGrid } from '../../components/picture-grid.tsx';
import type { Neighbour } from '../../source/source.ts';

interface FoundProps {
  readonly title: string;
  /** Label of the picture that was searched with; undefined for one that is not of the collection. */
  readonly label: string | null | undefined;
  readonly neighbours: readonly Neighbour[];
}

export function Found({ title, label, neighbours }: FoundProps): JSX.Element {
  return (
    <section class="found" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p class="soft number">{labelsAmong(neighbours, label)}</p>
      </header>
      <PictureGrid
        pictures={neighbours}
        caption={({ similarity, label: own }) => (
          <>
            <span class="number">{similarity.toFixed(3)}</span> {own === label ? <b>{own}</b> : own}
          </>
        )}
      />
    </section>
  );
}

/** With a label, how many share it; without, which is the most frequent. */
function labelsAmong(neighbours: readonly Neighbour[], label: string | null | undefined): string {
  const counts = new Map<string, number>();
  for (const { label } of neighbours) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) return '';
  if (label) return `${counts.get(label) ?? 0} of ${neighbours.length} share its label`;
  const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return `${count} of ${neighbours.length} are ${most}`;
}
