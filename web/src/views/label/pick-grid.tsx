/** @file Pictures to pick from, each with what is known or proposed of it. */
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useRoving } from '../../components/roving.ts';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { LookButton } from '../../look/look-button.tsx';
import type { ServedPicture } from '../../source/source.ts';
import type { Desk } from './desk.ts';

interface PickGridProps<P extends Pick<ServedPicture, 'row' | 'name'>> {
  readonly desk: Desk;
  readonly pictures: readonly P[];
  /** Under a picture that has no label yet. */
  readonly caption?: (picture: P) => ComponentChildren;
  /** Called with the picture on which Enter is pressed; default picks it. */
  readonly onEnter?: (picture: P) => void;
  readonly label: string;
}

export function PickGrid<P extends Pick<ServedPicture, 'row' | 'name'>>(props: PickGridProps<P>): JSX.Element {
  const { desk, pictures, caption, onEnter, label } = props;
  const grid: RefObject<HTMLUListElement> = useRoving();
  return (
    <ul ref={grid} class="grid grid-128 pick-grid" aria-label={label}>
      {pictures.map((picture) => (
        <li key={picture.row}>
          <button
            type="button"
            class="pick"
            data-item
            data-row={picture.row}
            title={picture.name}
            aria-pressed={desk.picked.value.has(picture.row)}
            onClick={() => desk.toggle(picture.row)}
            onFocus={() => {
              desk.current.value = picture.row;
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || onEnter === undefined) return;
              event.preventDefault();
              onEnter(picture);
            }}
          >
            <Thumbnail picture={{ ...picture, label: null }} />
            <Caption label={desk.book.labels.value.get(picture.row)}>{caption?.(picture)}</Caption>
          </button>
          <LookButton name={picture.name} />
        </li>
      ))}
    </ul>
  );
}

function Caption({ label, children }: { readonly label: string | undefined; readonly children: ComponentChildren }) {
  return label === undefined ? <span class="caption">{children}</span> : <span class="caption given">{label}</span>;
}
