/** @file Groups of duplicates, for programs: as JSON, and as a table. */
import type { Collection } from '../../collection/collection.js';
import type { JudgedGroup } from '../../collection/duplicates/judge-groups.js';
import type { CsvRow } from '../../core/csv-write.js';

export const GROUP_COLUMNS = [
  'group',
  'kind',
  'similarity',
  'exact',
  'stays',
  'reason',
  'relation',
  'path',
  'label',
] as const;

/** The groups as `--json` gives them. */
export function groupsReport(groups: readonly JudgedGroup[], { pictures: all }: Collection): readonly object[] {
  return groups.map(({ pictures, ...group }) => ({
    ...group,
    paths: pictures.map(({ row }) => all[row]!.id),
    pictures: pictures.map(({ row, facts, ...picture }) => ({ path: all[row]!.id, ...picture, ...facts })),
  }));
}

/** A line for each picture, by GROUP_COLUMNS. */
export function groupsTable(groups: readonly JudgedGroup[], { pictures: all }: Collection): CsvRow[] {
  const word = (is: boolean): string => (is ? 'yes' : 'no');
  return groups.flatMap(({ kind, similarity, exact, pictures }, group) =>
    pictures.map(({ row, stays, reason, relation }) => {
      const { id, label } = all[row]!;
      return [
        group + 1,
        kind,
        similarity.toFixed(4),
        word(exact),
        word(stays),
        reason,
        relation ?? '',
        id,
        label ?? '',
      ];
    }),
  );
}
