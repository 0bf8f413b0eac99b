/** @file A new picture, and the nearest of those that were there before. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Failed } from '../../components/states.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { useLoad } from '../../load.ts';
import { href } from '../../route.ts';
import { jsonOf, until } from '../../source/service.ts';
import { type ServedPicture, useService } from '../../source/source.ts';

const NUM_NEIGHBOURS = 5;

interface ArrivalProps {
  readonly picture: ServedPicture;
  /** The first new row: only those before it are looked among. */
  readonly first: number;
  readonly isChosen: boolean;
  readonly onShow: () => void;
}

export function Arrival({ picture, first, isChosen, onShow }: ArrivalProps): JSX.Element {
  const service = useService();
  const item = useRef<HTMLLIElement>(null);
  const { row, name, label } = picture;
  const [found, askAgain] = useLoad(
    (signal) =>
      jsonOf(
        service.pictures[':row'].neighbours.$get(
          { param: { row: `${row}` }, query: { k: `${NUM_NEIGHBOURS}`, before: `${first}` } },
          until(signal),
        ),
      ),
    [service, row, name, first],
  );
  useEffect(() => {
    if (isChosen) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <li ref={item} class="arrival" aria-current={isChosen ? 'true' : undefined}>
      <a href={href('neighbours', row)} class="arrival-picture" title={name}>
        <Thumbnail picture={picture} size={128} />
        <span class="caption">{label ?? name.slice(name.lastIndexOf('/') + 1)}</span>
      </a>
      <div class="arrival-near">
        <p class="toolbar">
          <span class="soft">{first > 0 ? 'Nearest of those before' : 'There was none before'}</span>
          <button type="button" class="quiet" onClick={onShow} aria-label={`Show ${name} on the map`}>
            On the map
          </button>
        </p>
        {found.state === 'failed' && <Failed error={found.error} onRetry={askAgain} />}
        <PictureGrid
          pictures={found.value?.neighbours ?? []}
          size={64}
          caption={({ similarity }) => <span class="number">{similarity.toFixed(2)}</span>}
        />
      </div>
    </li>
  );
}
