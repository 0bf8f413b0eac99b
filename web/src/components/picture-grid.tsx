/** @file Pictures in a grid that fills the width there is. */
import type { ComponentChildren, JSX } from 'preact';
import { LookButton } from '../look/look-button.tsx';
import { href } from '../route.ts';
import type { ServedPicture } from '../source/source.ts';
import { useRoving } from './roving.ts';
import { Thumbnail } from './thumbnail.tsx';

interface PictureGridProps<P extends ServedPicture> {
  readonly pictures: readonly P[];
  /** Under each picture; default its label. */
  readonly caption?: (picture: P) => ComponentChildren;
  /** Where each leads; default to its neighbours. */
  readonly link?: (picture: P) => string;
  readonly size?: 64 | 128 | 256;
  /** Whether pictures are loaded before they come near the screen. */
  readonly isEager?: boolean;
}

export function PictureGrid<P extends ServedPicture>({
  pictures,
  caption,
  link,
  size = 128,
  isEager = false,
}: PictureGridProps<P>): JSX.Element {
  const grid = useRoving<HTMLUListElement>();
  return (
    <ul ref={grid} class={`grid grid-${size}`}>
      {pictures.map((picture) => (
        <li key={picture.row}>
          <a
            href={link?.(picture) ?? href('neighbours', picture.row)}
            data-item
            data-row={picture.row}
            title={picture.name}
          >
            <Thumbnail picture={picture} size={size} isEager={isEager} />
            <span class="caption">{caption === undefined ? picture.label : caption(picture)}</span>
          </a>
          <LookButton name={picture.name} />
        </li>
      ))}
    </ul>
  );
}
