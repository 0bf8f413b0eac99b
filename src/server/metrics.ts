/** @file The metrics of a run as they are told: the places of the fixed queries have become pictures. */
import type { RunConfig } from '../run/config.js';
import type { EpochRecord } from '../run/events.js';
import type { ServedPicture } from './api.js';
import type { EpochMetrics } from './live-api.js';

/**
 * Records whose queries are of the pictures as they are now: an update that has taken pictures out has given others new
 * places, and what was found before is left out.
 */
export function withQueriesOf(
  { updates }: Pick<RunConfig, 'updates'>,
  records: readonly EpochRecord[],
): readonly EpochRecord[] {
  const movedAt = updates.findLast(({ removed, changed }) => removed + changed > 0)?.step ?? -1;
  return records.map(({ queries, ...record }) => ({ ...record, ...(queries && record.step > movedAt && { queries }) }));
}

/**
 * @param records as the run's log has them; numbers that were none are null there
 * @param pictureAt the picture of a place in the training; undefined if it is not in the collection
 */
export function metricsOf(
  records: readonly EpochRecord[],
  pictureAt: (place: number) => ServedPicture | undefined,
): EpochMetrics[] {
  return records.map(({ queries, ...measured }) => {
    if (queries === undefined) return measured;
    const told = queries.flatMap(({ row, rows, similarities }) => {
      const picture = pictureAt(row);
      if (picture === undefined) return [];
      const neighbours = rows.flatMap((place, i) => {
        const neighbour = pictureAt(place);
        return neighbour === undefined ? [] : [{ ...neighbour, similarity: similarities[i]! }];
      });
      return [{ picture, neighbours }];
    });
    return { ...measured, queries: told };
  });
}
