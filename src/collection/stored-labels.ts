/**
 * @file Labels that people have given pictures of a run, in `labels.json` of the run: shared by all who open it, and by the
 * command line. Pictures are known by the SHA-256 of their bytes.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { SharedJson } from '../store/files/shared-json.js';
import type { CollectionPicture } from './collection.js';

const fileSchema = z.object({
  version: z.literal(1),
  /** In the order in which they were given; the path is that of the picture then, for people who read this. */
  labels: z.array(z.object({ content: z.string(), label: z.string(), path: z.string() })),
});
type LabelsFile = z.infer<typeof fileSchema>;

type Labelled = Pick<CollectionPicture, 'id' | 'hash'>;

/** Where the bytes are not known, the path has to do. */
const contentOf = ({ id, hash }: Labelled): string => hash ?? `path ${id}`;

/**
 * The labels of some pictures, by row, in the order in which they were given; pictures of the same bytes have the same.
 *
 * @throws {DamageError} if the file is not as it was written
 */
export async function storedLabels(runPath: string, pictures: readonly Labelled[]): Promise<Map<number, string>> {
  const { labels } = await fileOf(runPath).read();
  const rowsOf = new Map<string, number[]>(labels.map(({ content }) => [content, []]));
  for (const [row, picture] of pictures.entries()) rowsOf.get(contentOf(picture))?.push(row);
  return new Map(labels.flatMap(({ content, label }) => rowsOf.get(content)!.map((row) => [row, label] as const)));
}

/**
 * Gives pictures labels, beside those that others have; null takes one away.
 *
 * @param onlyNew whether labels that are there stay
 * @throws {DamageError} if the file is not as it was written
 */
export async function storeLabels(
  runPath: string,
  changes: readonly { readonly picture: Labelled; readonly label: string | null }[],
  onlyNew = false,
): Promise<void> {
  await fileOf(runPath).update(({ labels: old }) => {
    const labels = new Map(old.map((entry) => [entry.content, entry]));
    for (const { picture, label } of changes) {
      const content = contentOf(picture);
      if (onlyNew && labels.has(content)) continue;
      labels.delete(content);
      if (label !== null) labels.set(content, { content, label, path: picture.id });
    }
    return { version: 1, labels: [...labels.values()] };
  });
}

function fileOf(runPath: string): SharedJson<LabelsFile> {
  return new SharedJson(join(runPath, 'labels.json'), fileSchema, { version: 1, labels: [] });
}
