/** @file The map: every picture a point; what is alike lies together. */

import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { percent, plural } from '../../../../src/core/format.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import type { MapData, MapStatus, Run } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { firstNewRow } from '../arrivals/first-new-row.ts';
import { Canvas } from './canvas.tsx';
import { type ColourBy, colouring } from './colouring.ts';
import { Legend } from './legend.tsx';
import './map.css';
import { NameSearch } from './name-search.tsx';
import { exportCsv, Panel } from './panel.tsx';
import { useMap } from './use-map.ts';

export { MAP_KEYS } from './gestures.ts';

export function MapView({ run }: ViewProps): JSX.Element {
  const { loaded, status, askAgain } = useMap(run);
  if (loaded.value === undefined) {
    return loaded.state === 'failed' ? <Failed error={loaded.error} onRetry={askAgain} /> : <Loading what="the map" />;
  }
  const { map } = loaded.value;
  if (map.names.length === 0) return <Empty title="No pictures yet" />;
  // What is selected stays as long as rows do: as new ones come, but not where some have left.
  const numLeft = run.updates.filter(({ removed, changed }) => removed + changed > 0).length;
  return <Explorer key={numLeft} map={map} run={run} status={status} />;
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
  const [names, setNames] = useState(map.clusterNames);
  useEffect(() => setNames(map.clusterNames), [map]);
  const chosen = useMemo(() => colouring(by, map, run, names), [by, map, run, names]);
  const colours = useMemo(() => chosen.colours(isolated), [chosen, isolated]);
  const colourBy = (value: string): void => {
    setBy(value as ColourBy);
    setIsolated(new Set());
  };
  /** Clusters that are shown alone are selected, too, to be looked at, named and exported. */
  const isolate = (ids: ReadonlySet<number>): void => {
    setIsolated(ids);
    if (by !== 'cluster') return;
    setSelection(
      ids.size === 0 ? undefined : Array.from(map.clusters.keys()).filter((row) => ids.has(map.clusters[row]!)),
    );
  };
  const onNamed = (cluster: number, name: string | undefined): void => {
    const others = [...names].filter(([id]) => id !== cluster);
    setNames(new Map(name === undefined ? others : [...others, [cluster, name]]));
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
              <option value="arrival" disabled={firstNewRow(run) === run.numPictures}>
                new
              </option>
            </select>
          </label>
          <button type="button" aria-pressed={isLasso} onClick={() => setLasso(!isLasso)}>
            Lasso
          </button>
        </div>
        <div class="map-legend">
          <Legend colouring={chosen} isolated={isolated} onIsolate={isolate} />
          {by === 'cluster' && (
            <button type="button" class="quiet" onClick={() => exportCsv(run, map, names, allClusters(map))}>
              All clusters as CSV
            </button>
          )}
        </div>
        <p class="map-status soft number" role="status">
          {plural(map.names.length, 'picture')}
          {isWaiting(status) && ` · arranging, ${percent(status.progress, 0)}`}
        </p>
      </div>
      {selection !== undefined && (
        <Panel {...{ map, run, names, onNamed }} rows={selection} onClose={() => setSelection(undefined)} />
      )}
    </div>
  );
}

/** Rows of the pictures that are in one, one cluster after the other. */
function allClusters({ clusters }: MapData): number[] {
  const rows = Array.from(clusters.keys()).filter((row) => clusters[row]! >= 0);
  return rows.sort((a, b) => clusters[a]! - clusters[b]! || a - b);
}

/** Whether a better layout is on its way. */
function isWaiting(status: MapStatus | undefined): status is MapStatus {
  return status !== undefined && status.method === 'pca' && status.progress < 1;
}
