/** @file What became of the neighbours of the fixed pictures from one epoch to the next. */
import type { EpochMetrics, Neighbour, ServedPicture } from '../../source/source.ts';

export interface QueryState {
  readonly picture: ServedPicture;
  readonly neighbours: readonly (Neighbour & {
    /** Not among its neighbours an epoch before. */
    readonly isNew: boolean;
    /** Has the label of the picture. */
    readonly isSame: boolean;
  })[];
}

/** The fixed pictures after an epoch. @param before of the epoch before; without one nothing is new */
export function queryStates(record: EpochMetrics, before: EpochMetrics | undefined): QueryState[] {
  return (record.queries ?? []).map(({ picture, neighbours }) => {
    const earlier = before?.queries?.find((query) => query.picture.row === picture.row);
    const known = earlier && new Set(earlier.neighbours.map(({ row }) => row));
    return {
      picture,
      neighbours: neighbours.map((neighbour) => ({
        ...neighbour,
        isNew: known !== undefined && !known.has(neighbour.row),
        isSame: picture.label !== null && neighbour.label === picture.label,
      })),
    };
  });
}

/** @returns null if there is no epoch before, or none of the two has neighbours */
export function newShare(record: EpochMetrics, before: EpochMetrics | undefined): number | null {
  if (before?.queries === undefined) return null;
  return shareOf(queryStates(record, before).flatMap(({ neighbours }) => neighbours.map(({ isNew }) => isNew)));
}

/** @returns null if no fixed picture has a label */
export function sameLabelShare(record: EpochMetrics): number | null {
  const labelled = queryStates(record, undefined).filter(({ picture }) => picture.label !== null);
  return shareOf(labelled.flatMap(({ neighbours }) => neighbours.map(({ isSame }) => isSame)));
}

function shareOf(holds: readonly boolean[]): number | null {
  return holds.length === 0 ? null : holds.filter(Boolean).length / holds.length;
}
