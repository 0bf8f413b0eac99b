/** @file Whether pictures lose their ends or are made square, by how long they are. */
import { percent } from '../core/format.js';
import type { Picture } from '../data/picture.js';
import type { Settings } from '../method/settings.js';

/** Longer pictures lose much by a centre crop. */
const LONG = 1.5;
/** Part of the pictures that have to be long, so that all are padded. */
const MANY = 0.2;

export interface ChosenFit {
  readonly fit: Settings['fit'];
  /** Why, for people; absent if no picture is long. */
  readonly reason?: string;
}

/** @param usual of the encoder; one that was trained on padded pictures goes on to see them so */
export function fitFor(
  pictures: readonly Pick<Picture, 'width' | 'height'>[],
  usual: Settings['fit'] = 'crop',
): ChosenFit {
  if (usual === 'pad') return { fit: 'pad' };
  const numLong = pictures.filter(
    ({ width, height }) => Math.max(width, height) > LONG * Math.min(width, height),
  ).length;
  if (numLong === 0) return { fit: 'crop' };
  const share = `${percent(numLong / pictures.length, 0)} of the pictures are longer than ${LONG} : 1`;
  return numLong >= MANY * pictures.length
    ? { fit: 'pad', reason: `whole, in a square of their border’s colour: ${share}` }
    : { fit: 'crop', reason: `the middle is seen: only ${share}` };
}
