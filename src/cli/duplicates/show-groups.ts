/** @file Groups of duplicates, for people: each picture with what is to become of it, and why. */
import type { Collection } from '../../collection/collection.js';
import type { JudgedGroup } from '../../collection/duplicates/judge-groups.js';
import { plural } from '../../core/format.js';
import { dot } from '../../core/vector.js';
import type { MontageRow } from '../montage.js';
import { type Output, paint } from '../output.js';
import { shortPath } from '../words.js';

/** Of each kind, and pictures of one group. */
const SHOWN_GROUPS = 10;
/** Beside the first of its group. */
const DRAWN_PICTURES = 7;

/** What the groups of each kind are called. */
export const KIND_WORDS = { same: 'the same', similar: 'similar' } as const;

export function showGroups(
  output: Output,
  groups: readonly JudgedGroup[],
  { pictures }: Collection,
  threshold: number,
): void {
  if (groups.length === 0) {
    output.line(`None of ${plural(pictures.length, 'picture')} is the same as another, or like one to ${threshold}.`);
    return;
  }
  const numSpare = groups.flatMap((group) => group.pictures.filter(({ stays }) => !stays)).length;
  output.line(
    `${plural(groups.length, 'group')} in ${plural(pictures.length, 'picture')}. ` +
      `If the best of each stays, ${plural(numSpare, 'picture')} could go.`,
  );
  for (const kind of ['same', 'similar'] as const) {
    const own = groups.filter((group) => group.kind === kind);
    if (own.length === 0) continue;
    const like = kind === 'similar' ? `, every two of a group to ${threshold}` : '';
    output.line(paint('bold', `${plural(own.length, 'group')} of pictures that are ${KIND_WORDS[kind]}${like}:`));
    for (const group of own.slice(0, SHOWN_GROUPS)) showGroup(output, group, pictures);
    const more = own.length - SHOWN_GROUPS;
    if (more > 0) output.line(`and ${plural(more, 'group')} more; --out writes them all`);
  }
}

function showGroup(output: Output, group: JudgedGroup, pictures: Collection['pictures']): void {
  output.line(`${plural(group.pictures.length, 'picture')}, ${groupTitle(group)}:`);
  // What stays comes first: the others are compared with it.
  const order = [...group.pictures].sort((a, b) => Number(b.stays) - Number(a.stays));
  for (const { row, stays, reason, relation } of order.slice(0, SHOWN_GROUPS)) {
    const verdict = stays ? paint('green', 'stays') : 'could go';
    output.line(
      `  ${verdict}  ${shortPath(pictures[row]!.id)}  (${relation === undefined ? '' : `${relation}; `}${reason})`,
    );
  }
  const more = order.length - SHOWN_GROUPS;
  if (more > 0) output.line(`  and ${more} more`);
}

/** `the same file`, `the same pixels`, `similarity 0.981`. */
export function groupTitle({ kind, exact, similarity }: Pick<JudgedGroup, 'kind' | 'exact' | 'similarity'>): string {
  if (kind === 'same') return exact ? 'the same file' : 'the same pixels';
  return `similarity ${similarity.toFixed(3)}`;
}

/** A group as the picture that stays with the others beside it. */
export function groupMontage(group: JudgedGroup, { pictures, features, dim }: Collection): MontageRow {
  const first = group.pictures.find(({ stays }) => stays)!.row;
  const others = group.pictures.filter(({ row }) => row !== first);
  return {
    query: pictures[first]!.id,
    title: group.kind === 'same' ? groupTitle(group) : `${group.pictures.length} alike`,
    neighbours: others.slice(0, DRAWN_PICTURES).map(({ row }) => ({
      path: pictures[row]!.id,
      similarity: group.kind === 'same' ? 1 : dot(features, first * dim, features, row * dim, dim),
      label: pictures[row]!.label ?? undefined,
    })),
  };
}
