/** @file The first labels: pictures to name, from all over the map or by file name. */

import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { rowsNamed } from '../../../../src/core/names.ts';
import { Empty } from '../../components/states.tsx';
import type { MapData } from '../../source/source.ts';
import type { Desk } from './desk.ts';
import { PickGrid } from './pick-grid.tsx';
import { suggestSpread } from './suggest.ts';

const BATCH = 48;

interface NamingProps {
  readonly desk: Desk;
  readonly map: MapData;
}

export function Naming({ desk, map }: NamingProps): JSX.Element {
  const [query, setQuery] = useState('');
  const [batch, setBatch] = useState(0);
  // Named pictures stay where they are until the reader asks for others, so that nothing moves under the hand.
  const suggested = useMemo(() => suggestSpread(map, new Set(desk.book.labels.peek().keys()), BATCH), [map, batch]);
  const found = useMemo(() => (query === '' ? suggested : rowsNamed(map.names, query, BATCH)), [map, query, suggested]);
  return (
    <section class="stack" aria-labelledby="naming">
      <div class="toolbar">
        <h2 id="naming">{query === '' ? 'A few from everywhere' : 'Found by name'}</h2>
        <input
          type="search"
          value={query}
          placeholder="Find by file name"
          aria-label="Find pictures by file name"
          onInput={({ currentTarget }) => setQuery(currentTarget.value.trim())}
        />
        {query === '' && (
          <button type="button" onClick={() => setBatch(batch + 1)}>
            Suggest others
          </button>
        )}
      </div>
      {found.length === 0 ? (
        <Empty title={query === '' ? 'All that could be suggested has a label' : 'No file has this in its name'} />
      ) : (
        <PickGrid
          desk={desk}
          label="Pictures to name"
          pictures={found.map((row) => ({ row, name: map.names[row]! }))}
        />
      )}
    </section>
  );
}
