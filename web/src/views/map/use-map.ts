/** @file The map as it is now: it comes anew with a better layout, and with other pictures. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Loaded, useLoad } from '../../load.ts';
import { type MapData, type MapStatus, type Run, type Source, useSource } from '../../source/source.ts';

/** The map with the method that it is at least of. */
export type LoadedMap = MapStatus & { readonly map: MapData };

export function useMap({ updates }: Pick<Run, 'updates'>): {
  readonly loaded: Loaded<LoadedMap>;
  readonly status: MapStatus | undefined;
  readonly askAgain: () => void;
} {
  const source = useSource();
  const [status, setStatus] = useState<MapStatus>();
  const [loaded, askAgain] = useLoad((signal) => load(source, signal), [source, updates.length]);
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
  return { loaded, status, askAgain };
}

async function load(source: Source, signal: AbortSignal): Promise<LoadedMap> {
  const status = await source.mapStatus(signal);
  return { ...status, map: await source.map(signal) };
}
