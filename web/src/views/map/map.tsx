/** @file The map: every picture a point; what is alike lies together. */

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { percent, plural } from '../../../../src/core/format.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { type MapData, type MapStatus, type Run, type Source, useSource } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { Canvas } from './canvas.tsx';
import { type ColourBy, colouring } from './colouring.ts';
import { Legend } from './legend.tsx';
import './map.css';
import { NameSearch } from './name-search.tsx';
import { Panel } from './panel.tsx';

export { MAP_KEYS } from './gestures.ts';

export function MapView({ run }: ViewProps): JSX.Element {
  const source = useSource();
  const [status, setStatus] = useState<MapStatus>();
  const [loaded, askAgain] = useLoad((signal) => load(source, signal), [source]);
  const latest = useRef(loaded);
  latest.current = loaded;
  useEffect(
    () =>
      source.events({
        map: (event) => {
          setStatus(event);
          if (latest.current.state === 'done' && latest.current.value.method !== event.method) askAgain();
        },
        // The first epoch of a training brings the first map.
        epoch: () => latest.current.state === 'failed' && askAgain(),
      }),
    [source],
  );
  if (loaded.value === undefined) {
    return loaded.state === 'failed' ? <Failed error={loaded.error} onRetry={askAgain} /> : <Loading what="the map" />;
  }
  const { map } = loaded.value;
  if (map.names.length === 0) return <Empty title="No pictures yet" />;
  return <Explorer map={map} run={run} status={status} />;
}

/** The map with the method that it is at least of. */
async function load(source: Source, signal: AbortSignal): Promise<MapStatus & { readonly map: MapData }> {
  const status = await source.mapStatus(signal);
  return { ...status, map: await source.map(signal) };
}

interface ExplorerProps {
  readonly map: MapData;
  readonly run: Run;
  readonly status: MapStatus | undefined;
}

function Explorer({ map, run, status }: ExplorerProps): JSX.Element {
  const [by, setBy] = useState<ColourBy>(run.classes.length > 0 ? 'label' : 'cluster');
  const [isolated, setIsolated] = useState<ReadonlySet<number>>(new Set());
  const [isLasso, setLasso] = useState(false);
  const [selection, setSelection] = useState<readonly number[]>();
  const [matches, setMatches] = useState<readonly number[]>([]);
  const [target, setTarget] = useState<number>();
  const [generation, setGeneration] = useState(0);
  const chosen = useMemo(() => colouring(by, map, run), [by, map, run]);
  const colours = useMemo(() => chosen.colours(isolated), [chosen, isolated]);
  const colourBy = (value: string): void => {
    setBy(value as ColourBy);
    setIsolated(new Set());
  };
  const goTo = (row: number): void => {
    setTarget(row);
    setSelection([row]);
  };

  return (
    <div class="map" data-has-panel={selection !== undefined}>
      <h1 class="visually-hidden">Map</h1>
      <div class="map-field">
        <Canvas
          key={generation}
          {...{ map, run, colours, isLasso, target }}
          marked={selection ?? matches}
          onSelect={setSelection}
          onToggleLasso={() => setLasso(!isLasso)}
          onLost={() => setGeneration((count) => count + 1)}
        />
        <div class="map-tools">
          <NameSearch names={map.names} onMatch={setMatches} onGo={goTo} />
          <label class="colour-by">
            <span>Colour by</span>
            <select value={by} onInput={({ currentTarget }) => colourBy(currentTarget.value)}>
              <option value="label" disabled={run.classes.length === 0}>
                label{run.classes.length === 0 && ' (there are none)'}
              </option>
              <option value="cluster">cluster</option>
              <option value="density">density</option>
              <option value="outlier">isolation</option>
            </select>
          </label>
          <button type="button" aria-pressed={isLasso} onClick={() => setLasso(!isLasso)}>
            Lasso
          </button>
        </div>
        <div class="map-legend">
          <Legend colouring={chosen} isolated={isolated} onIsolate={setIsolated} />
        </div>
        <p class="map-status soft number" role="status">
          {plural(map.names.length, 'picture')}
          {isWaiting(status) && ` · arranging, ${percent(status.progress, 0)}`}
        </p>
      </div>
      {selection !== undefined && <Panel {...{ map, run }} rows={selection} onClose={() => setSelection(undefined)} />}
    </div>
  );
}

/** Whether a better layout is on its way. */
function isWaiting(status: MapStatus | undefined): status is MapStatus {
  return status !== undefined && status.method === 'pca' && status.progress < 1;
}
