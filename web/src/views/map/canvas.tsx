/** @file The canvases of the map, and the picture pointed at. */

import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { plural } from '../../../../src/core/format.ts';
import { hexToRgb } from '../../../../src/core/map-palette.ts';
import { Failed } from '../../components/states.tsx';
import { sharpAt, Thumbnail } from '../../components/thumbnail.tsx';
import { type MapData, type Run, useSource } from '../../source/source.ts';
import { theme } from '../../theme.ts';
import type { Point } from './camera.ts';
import { Gestures } from './gestures.ts';
import { THUMBNAIL_SIDE } from './pictures.ts';
import { Scene } from './scene.ts';

interface CanvasProps {
  readonly map: MapData;
  readonly run: Run;
  /** uint8[n, 4] */
  readonly colours: Uint8Array;
  readonly marked: readonly number[];
  /** The picture to go to, whenever it changes. */
  readonly target: number | undefined;
  readonly isLasso: boolean;
  readonly onSelect: (rows: readonly number[] | undefined) => void;
  readonly onToggleLasso: () => void;
  /** The graphics card took its memory back; another canvas can have some. */
  readonly onLost: () => void;
}

interface Hovered {
  readonly row: number;
  readonly at: Point;
}

export function Canvas(props: CanvasProps): JSX.Element {
  const { map, run, colours, marked, target, isLasso } = props;
  const source = useSource();
  const field = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene>();
  const gestures = useRef<Gestures>();
  // Listeners are set once and see the newest properties here.
  const latest = useRef(props);
  latest.current = props;
  const [hovered, setHovered] = useState<Hovered>();
  const [error, setError] = useState<Error>();

  useLayoutEffect(() => {
    const [points, overlay] = field.current!.querySelectorAll('canvas');
    try {
      scene.current = new Scene(points!, overlay!, (row) => source.thumbnailUrl(row, sharpAt(THUMBNAIL_SIDE)));
    } catch (failure) {
      setError(failure as Error);
      return undefined;
    }
    gestures.current = new Gestures(field.current!, scene.current, {
      onHover: (row, at) => setHovered(row < 0 ? undefined : { row, at }),
      onPick: (row) => {
        // What is picked is shown beside the map, which may get narrower.
        setHovered(undefined);
        latest.current.onSelect(row < 0 ? undefined : [row]);
      },
      onLasso: (rows) => latest.current.onSelect(rows),
      onToggleLasso: () => latest.current.onToggleLasso(),
      onClear: () => latest.current.onSelect(undefined),
    });
    points!.addEventListener('webglcontextlost', () => latest.current.onLost());
    return () => {
      gestures.current?.release();
      scene.current?.release();
    };
  }, [source]);

  useEffect(() => scene.current?.setMap(map), [map]);
  useEffect(() => scene.current?.setColours(colours), [colours]);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const accent = style.getPropertyValue('--accent');
    const [red, green, blue] = hexToRgb(style.getPropertyValue('--text'));
    scene.current?.setPalette({ accent, surface: style.getPropertyValue('--surface') });
    scene.current?.setMarked(marked, [red / 255, green / 255, blue / 255]);
  }, [marked, theme.value]);
  useEffect(() => {
    if (target !== undefined) scene.current?.goTo(target);
  }, [target]);
  useLayoutEffect(() => {
    if (gestures.current !== undefined) gestures.current.isLasso = isLasso;
  }, [isLasso]);

  if (error !== undefined) return <Failed error={error} />;
  return (
    <div
      ref={field}
      class="map-canvas"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys itself.
      tabIndex={0}
      role="application"
      aria-label={`Map of ${plural(map.names.length, 'picture')}. Arrow keys move it, plus and minus zoom, Enter opens the picture in the middle.`}
      data-tool={isLasso ? 'lasso' : 'move'}
    >
      <canvas />
      <canvas />
      {hovered !== undefined && <Card {...hovered} map={map} run={run} />}
    </div>
  );
}

function Card({ row, at, map, run }: Hovered & Pick<CanvasProps, 'map' | 'run'>): JSX.Element {
  const name = map.names[row]!;
  const label = run.classes[map.labels[row]!] ?? null;
  return (
    <div class="card" style={{ '--x': `${at.x}px`, '--y': `${at.y}px` }} role="status">
      <Thumbnail picture={{ row, name, label }} />
      <span>{label ?? name.slice(name.lastIndexOf('/') + 1)}</span>
    </div>
  );
}
