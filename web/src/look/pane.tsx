/** @file A picture under the lens. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Lens, placed, type Size } from './lens.ts';
import { listenToPane } from './pane-gestures.ts';

/** Enlarged so much, single pixels are shown as squares. */
const PIXELATED = 3;

interface PaneProps {
  readonly url: string;
  readonly name: string;
  readonly lens: Lens;
  readonly onLens: (change: (lens: Lens) => Lens) => void;
  /** Called with the sides of the picture and of the pane once both are known. */
  readonly onSizes: (picture: Size, pane: Size) => void;
}

export function Pane({ url, name, lens, onLens, onSizes }: PaneProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const [picture, setPicture] = useState<Size>();
  const [pane, setPane] = useState<Size>();
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setPane({ width, height });
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (picture === undefined || pane === undefined) return;
    onSizes(picture, pane);
    return listenToPane(element.current!, (change) => onLens((before) => change(before, picture, pane)));
  }, [picture, pane]);

  const place = picture && pane && placed(lens, picture, pane);
  const isEnlarged = picture !== undefined && place !== undefined && place.width / picture.width >= PIXELATED;
  return (
    <div ref={element} class={`pane ${lens.zoom > 1 ? 'pane-zoomed' : ''}`}>
      <img
        key={url}
        class={isEnlarged ? 'pixels' : ''}
        src={url}
        alt={name}
        draggable={false}
        style={place ? { width: place.width, height: place.height, left: place.left, top: place.top } : { opacity: 0 }}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setPicture({ width: naturalWidth, height: naturalHeight })
        }
      />
    </div>
  );
}
