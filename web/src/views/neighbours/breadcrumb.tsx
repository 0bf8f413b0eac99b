/** @file The pictures passed on the way, each a link back to it. */
import type { JSX } from 'preact';
import { sharpAt } from '../../components/thumbnail.tsx';
import { dropped } from '../../dropped.ts';
import { href } from '../../route.ts';
import { useSource } from '../../source/source.ts';
import { useBlobUrl } from './blob-url.ts';
import { NEW, type Stop } from './walk.ts';

/** Stops that are shown; older ones remain in the history of the browser. */
const MAX_SHOWN = 12;

export function Breadcrumb({ stops }: { readonly stops: readonly Stop[] }): JSX.Element | null {
  if (stops.length < 2) return null;
  const shown = stops.slice(-MAX_SHOWN);
  return (
    <nav class="walk" aria-label="Your walk">
      <ol>
        {shown.length < stops.length && <li aria-hidden="true">…</li>}
        {shown.map((stop, i) => (
          <li key={stop}>
            <a href={href('neighbours', stop)} aria-current={i === shown.length - 1 ? 'page' : undefined}>
              <Small stop={stop} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Small({ stop }: { readonly stop: Stop }): JSX.Element {
  const source = useSource();
  const brought = useBlobUrl(stop === NEW ? dropped.value : undefined);
  const url = stop === NEW ? brought : source.thumbnailUrl(stop, sharpAt(48));
  return <img class="thumbnail" src={url} alt={stop === NEW ? 'What you brought' : `Row ${stop}`} />;
}
