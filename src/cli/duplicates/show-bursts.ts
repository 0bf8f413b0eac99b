/** @file `--bursts` of `instdisc duplicates`: stacks of pictures that were taken within seconds. */
import type { Collection } from '../../collection/collection.js';
import type { BurstStack } from '../../collection/duplicates/bursts.js';
import type { CsvRow } from '../../core/csv-write.js';
import { formatDuration, plural } from '../../core/format.js';
import type { Output } from '../output.js';
import { shortPath } from '../words.js';

const SHOWN_STACKS = 10;
const SHOWN_PICTURES = 10;
export const BURST_COLUMNS = ['burst', 'similarity', 'from', 'to', 'path', 'label'] as const;

export function showBursts(
  output: Output,
  stacks: readonly BurstStack[],
  { pictures }: Collection,
  { seconds, threshold }: { readonly seconds: number; readonly threshold: number },
): void {
  const within = formatDuration(seconds);
  if (stacks.length === 0) {
    output.line(
      `No two of ${plural(pictures.length, 'picture')} are alike to ${threshold} and say that they were taken within ${within}.`,
    );
    return;
  }
  output.line(
    `${plural(stacks.length, 'burst')} of pictures alike to ${threshold} and taken within ${within} of another:`,
  );
  for (const { rows, from, to } of stacks.slice(0, SHOWN_STACKS)) {
    const lasting = formatDuration((Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000);
    output.line(`${plural(rows.length, 'picture')} from ${from.replace('T', ' ')}, in ${lasting}:`);
    for (const row of rows.slice(0, SHOWN_PICTURES)) output.line(`  ${shortPath(pictures[row]!.id)}`);
    if (rows.length > SHOWN_PICTURES) output.line(`  and ${rows.length - SHOWN_PICTURES} more`);
  }
  const more = stacks.length - SHOWN_STACKS;
  if (more > 0) output.line(`and ${plural(more, 'burst')} more; --out writes them all`);
}

/** The stacks as `--json` gives them. */
export function burstsReport(stacks: readonly BurstStack[], { pictures }: Collection): readonly object[] {
  return stacks.map(({ rows, ...stack }) => ({ ...stack, paths: rows.map((row) => pictures[row]!.id) }));
}

/** A line for each picture, by BURST_COLUMNS. */
export function burstsTable(stacks: readonly BurstStack[], { pictures }: Collection): CsvRow[] {
  return stacks.flatMap(({ rows, from, to, similarity }, burst) =>
    rows.map((row) => [burst + 1, similarity.toFixed(4), from, to, pictures[row]!.id, pictures[row]!.label ?? '']),
  );
}
