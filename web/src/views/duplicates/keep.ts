/** @file Which pictures of a group of duplicates are to stay. */
import type { DuplicateGroup, ServedPicture } from '../../source/source.ts';

/** What the reader said, by row; of a group that nobody spoke of, the best stays. */
export type Marks = ReadonlyMap<number, boolean>;

export function isKept({ pictures }: DuplicateGroup, row: number, marks: Marks): boolean {
  const kept = pictures.filter((picture) => marks.get(picture.row) ?? picture.stays);
  // Groups grow and shrink with the threshold: where no picture of one would stay, the best does.
  const staying = kept.length === 0 ? pictures.filter(({ stays }) => stays) : kept;
  return staying.some((picture) => picture.row === row);
}

/** Keeps a picture, or no longer: of each group at least one stays. */
export function toggleKept(group: DuplicateGroup, row: number, marks: Marks): Marks {
  const kept = group.pictures.filter((picture) => isKept(group, picture.row, marks));
  const isLast = kept.length === 1 && kept[0]!.row === row;
  if (isLast) return marks;
  const next = new Map(marks);
  for (const picture of group.pictures) next.set(picture.row, isKept(group, picture.row, marks));
  return next.set(row, !next.get(row));
}

/** Pictures of a group that could go. */
export function spareOf(group: DuplicateGroup, marks: Marks): ServedPicture[] {
  return group.pictures.filter(({ row }) => !isKept(group, row, marks));
}

/** What is to be remembered of a group: of each of its pictures, whether it stays. */
export function marksOf(group: DuplicateGroup, marks: Marks): { readonly row: number; readonly stays: boolean }[] {
  return group.pictures.map(({ row }) => ({ row, stays: isKept(group, row, marks) }));
}
