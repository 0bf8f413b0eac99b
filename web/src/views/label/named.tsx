/** @file The labels given so far, label by label, to look over and correct. */
import type { JSX } from 'preact';
import { Empty } from '../../components/states.tsx';
import type { MapData } from '../../source/source.ts';
import type { Desk } from './desk.ts';
import { PickGrid } from './pick-grid.tsx';

/** Pictures shown of each label: those that were named last. */
const MAX_SHOWN = 60;

interface NamedProps {
  readonly desk: Desk;
  readonly map: MapData;
}

export function Named({ desk, map }: NamedProps): JSX.Element {
  const { labels, counts } = desk.book;
  if (labels.value.size === 0) {
    return (
      <Empty title="No picture has a label yet">
        <p>Name a few, or import a CSV file.</p>
      </Empty>
    );
  }
  const rows = new Map(Array.from(counts.value.keys(), (label) => [label, [] as number[]]));
  for (const [row, label] of labels.value) rows.get(label)!.push(row);
  return (
    <div class="stack">
      {Array.from(rows, ([label, own]) => (
        <section key={label} class="stack">
          <h2>
            {label} <span class="soft number">{own.length}</span>
          </h2>
          {own.length > MAX_SHOWN && <p class="soft">The {MAX_SHOWN} named last.</p>}
          <PickGrid
            desk={desk}
            label={`Pictures named ${label}`}
            pictures={own
              .slice(-MAX_SHOWN)
              .reverse()
              .map((row) => ({ row, name: map.names[row]! }))}
          />
        </section>
      ))}
    </div>
  );
}
