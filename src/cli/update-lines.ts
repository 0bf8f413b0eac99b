/** @file What an update has found and done, in words. */
import { formatCount, plural } from '../core/format.js';
import type { TrainEvent } from '../run/events.js';

type Updated = Extract<TrainEvent, { readonly kind: 'updated' }>;

/** One line to three. */
export function updateLines({ found, update }: Updated): string[] {
  const { added, changed, moved, removed, relabelled, copies } = found.counts;
  if (update === null) return [`Nothing has changed: ${plural(found.numPictures, 'picture')}, as before.`];
  const changes = [
    [added, 'new'],
    [changed, 'changed'],
    [moved, 'renamed or moved'],
    [removed, 'gone'],
    [relabelled, 'with another label'],
  ] as const;
  const told = changes.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  const kept = update.numRemembered ?? 0;
  const since = found.numUnlearnt > 0 ? `; ${formatCount(found.numUnlearnt)} that no training has seen` : '';
  return [
    `Update ${update.number}: ${told.length > 0 ? told.join(', ') : 'no picture is another'}. ${plural(found.numPictures, 'picture')} now${since}.`,
    ...(kept > 0
      ? [`${plural(kept, 'row')} of pictures that are gone ${kept === 1 ? 'stays' : 'stay'} in the bank.`]
      : []),
    ...(copies > 0
      ? [
          `${plural(copies, 'picture')} of the new ones ${copies === 1 ? 'is' : 'are'} there twice, byte for byte: each copy has a row.`,
        ]
      : []),
  ];
}
