/** @file All pictures, in the order of their paths: a list of any length, of which what is near the screen is there. */
import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { plural } from '../../../../src/core/format.ts';
import { rowsNamed } from '../../../../src/core/names.ts';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import type { MapData, Run, ServedPicture } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { useMap } from '../map/use-map.ts';
import './all.css';
import { useStretch } from './use-stretch.ts';

export function AllView({ run }: ViewProps): JSX.Element {
  const { loaded, askAgain } = useMap(run);
  if (loaded.value === undefined) {
    return loaded.state === 'failed' ? <Failed error={loaded.error} onRetry={askAgain} /> : <Loading what="pictures" />;
  }
  return <All map={loaded.value.map} run={run} />;
}

function All({ map, run }: { readonly map: MapData; readonly run: Run }): JSX.Element {
  const [query, setQuery] = useState('');
  const rows = useMemo(() => rowsNamed(map.names, query.trim()), [map, query]);
  const field = useRef<HTMLDivElement>(null);
  const { first, end, top, height, columns, line } = useStretch(field, rows.length);
  const pictures = rows.slice(first, end).map((row): ServedPicture => {
    return { row, name: map.names[row]!, label: run.classes[map.labels[row]!] ?? null };
  });
  return (
    <div class="page">
      <h1 class="visually-hidden">All pictures</h1>
      <div class="toolbar">
        <input
          type="search"
          value={query}
          placeholder="Find by file name"
          aria-label="Find pictures by file name"
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
        <p class="soft number" role="status">
          {plural(rows.length, 'picture')}
        </p>
      </div>
      {rows.length === 0 && <Empty title="No file has this in its name" />}
      <div ref={field} class="all" style={{ height, '--columns': columns, '--line': `${line}px` }}>
        <div style={{ transform: `translateY(${top}px)` }}>
          <PictureGrid
            pictures={pictures}
            caption={({ label, name }) => label ?? name.slice(name.lastIndexOf('/') + 1)}
            isEager
          />
        </div>
      </div>
    </div>
  );
}
