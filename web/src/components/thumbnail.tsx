/** @file A picture, small. */
import type { JSX } from 'preact';
import { type ServedPicture, type ThumbnailSize, useSource } from '../source/source.ts';

interface ThumbnailProps {
  readonly picture: ServedPicture;
  /** About as wide as it is shown. */
  readonly size?: ThumbnailSize;
  readonly isEager?: boolean;
}

/** The size that is sharp on this screen where a picture is shown so many CSS pixels wide. */
export function sharpAt(width: number): ThumbnailSize {
  const wanted = width * devicePixelRatio;
  return ([64, 128, 256, 512] as const).find((size) => size >= wanted) ?? 1024;
}

/** A square frame that the picture fills without being cut, as sharp as the screen is; small pictures stay crisp. */
export function Thumbnail({ picture: { row, name }, size = 128, isEager = false }: ThumbnailProps): JSX.Element {
  const source = useSource();
  const set = source.thumbnailSizes.map((each) => `${source.thumbnailUrl(row, each)} ${each}w`).join(', ');
  return (
    <img
      class="thumbnail"
      // Before the address: a browser that knows both asks once.
      loading={isEager ? 'eager' : 'lazy'}
      decoding="async"
      sizes={isEager ? `${size}px` : `auto, ${size}px`}
      srcset={set || undefined}
      src={source.thumbnailUrl(row, size)}
      alt={name}
    />
  );
}
