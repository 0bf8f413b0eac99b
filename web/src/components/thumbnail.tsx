/** @file A picture, small. */
import type { JSX } from 'preact';
import { type ServedPicture, type ThumbnailSize, useSource } from '../source/source.ts';

interface ThumbnailProps {
  readonly picture: ServedPicture;
  readonly size?: ThumbnailSize;
}

/** A square frame that the picture fills without being cut; small pictures stay crisp. */
export function Thumbnail({ picture: { row, name }, size = 128 }: ThumbnailProps): JSX.Element {
  return <img class="thumbnail" src={useSource().thumbnailUrl(row, size)} alt={name} loading="lazy" decoding="async" />;
}
