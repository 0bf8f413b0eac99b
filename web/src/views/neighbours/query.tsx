/** @file The picture that is searched with. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ChoosePicture } from '../../components/choose-picture.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { dropped } from '../../dropped.ts';
import { useLoad } from '../../load.ts';
import { lookAt, searched } from '../../look/look.ts';
import { href } from '../../route.ts';
import { type SearchAnswer, type ServedPicture, useSource } from '../../source/source.ts';
import { useBlobUrl } from './blob-url.ts';

/** Kept from picture to picture. */
const isSeen = signal(false);

interface QueryProps {
  /** Undefined for the picture that the reader brought. */
  readonly picture: ServedPicture | undefined;
  /** Undefined while the search goes on. */
  readonly ms: SearchAnswer['ms'] | undefined;
  /** Settings of the search. */
  readonly children: ComponentChildren;
}

export function Query({ picture, ms, children }: QueryProps): JSX.Element {
  const { service } = useSource();
  const row = picture?.row;
  useEffect(() => {
    searched.value = row;
    return () => {
      searched.value = undefined;
    };
  }, [row]);
  return (
    <section class="query" aria-labelledby="query-name">
      {picture === undefined ? (
        <Brought />
      ) : (
        <button
          type="button"
          class="query-picture"
          data-row={picture.row}
          aria-label={`Look closer at ${picture.name}`}
          onClick={({ currentTarget }) => lookAt(currentTarget)}
        >
          <Thumbnail picture={picture} size={512} />
        </button>
      )}
      {isSeen.value && <Seen picture={picture?.row ?? dropped.value} />}
      <h2 id="query-name">{picture?.name ?? 'Your picture'}</h2>
      {picture?.label && <p>{picture.label}</p>}
      <p class="soft number" role="status">
        {ms === undefined ? 'Searching…' : timeOf(ms)}
      </p>
      <label>
        <input
          type="checkbox"
          checked={isSeen.value}
          onChange={({ currentTarget }) => {
            isSeen.value = currentTarget.checked;
          }}
        />{' '}
        What the encoder sees
      </label>
      {children}
      <ChoosePicture>Search with another picture…</ChoosePicture>
      {picture !== undefined && service !== undefined && (
        <a href={href('method', picture.row)}>How the method sees it</a>
      )}
    </section>
  );
}

/** The encoder’s square of a picture, pixel by pixel. */
function Seen({ picture }: { readonly picture: number | Blob | undefined }): JSX.Element {
  const source = useSource();
  const [seen] = useLoad(
    async (signal) => (picture === undefined ? undefined : source.seen(picture, signal)),
    [source, picture],
  );
  const url = useBlobUrl(seen.value);
  if (seen.state !== 'failed' && url === undefined) return <div class="thumbnail" role="status" aria-label="Looking" />;
  if (seen.state === 'failed') return <p class="soft">{seen.error.message}</p>;
  return <img class="thumbnail seen" src={url} alt="What the encoder sees" />;
}

function Brought(): JSX.Element {
  return <img class="thumbnail" src={useBlobUrl(dropped.value)} alt="What you brought" />;
}

function timeOf({ encode, search }: SearchAnswer['ms']): string {
  const searched = `searched in ${search.toFixed(1)} ms`;
  return encode > 0 ? `encoded in ${encode.toFixed(1)} ms, ${searched}` : searched;
}
