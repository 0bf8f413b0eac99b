/** @file Where new pictures landed: the map, with them in colour. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Failed, Loading } from '../../components/states.tsx';
import type { MapData, Run } from '../../source/source.ts';
import { Canvas } from '../map/canvas.tsx';
import { colouring } from '../map/colouring.ts';
import '../map/map.css';
import { useMap } from '../map/use-map.ts';

/** Alpha of points; the map draws thumbnails from 100 on. */
const FAINT = 90;

interface LandingProps {
  readonly run: Run;
  readonly first: number;
  readonly chosen: number | undefined;
  readonly onChoose: (row: number | undefined) => void;
}

export function Landing({ run, ...rest }: LandingProps): JSX.Element {
  const { loaded, askAgain } = useMap(run);
  return (
    <section class="landing" aria-label="Where they landed">
      {loaded.value !== undefined ? (
        <Landed map={loaded.value.map} {...{ run, ...rest }} />
      ) : loaded.state === 'failed' ? (
        <Failed error={loaded.error} onRetry={askAgain} />
      ) : (
        <Loading what="the map" />
      )}
    </section>
  );
}

function Landed({ map, run, first, chosen, onChoose }: LandingProps & { readonly map: MapData }): JSX.Element {
  const [generation, setGeneration] = useState(0);
  const colours = useMemo(() => withFaintBefore(colouring('arrival', map, run).colours(new Set()), first), [map, run]);
  const marked = useMemo(
    () => (chosen === undefined ? Array.from(map.names.keys()).slice(first) : [chosen]),
    [map, first, chosen],
  );
  return (
    <Canvas
      key={generation}
      {...{ map, run, colours, marked }}
      target={chosen}
      isLasso={false}
      onSelect={(rows) => onChoose(rows?.at(-1))}
      onToggleLasso={() => undefined}
      onLost={() => setGeneration((count) => count + 1)}
    />
  );
}

/** Points that were there are paler, and no thumbnails, which would hide those that are new. */
function withFaintBefore(colours: Uint8Array, first: number): Uint8Array {
  for (let row = 0; row < first; row++) colours[4 * row + 3] = FAINT;
  return colours;
}
