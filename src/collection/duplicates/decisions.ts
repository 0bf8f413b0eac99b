/**
 * @file What people have said of duplicates, in `decisions.json` of the run: for the command line, the page and the service
 * alike. Pictures are known by the SHA-256 of their bytes, so that it holds wherever they lie and whatever their rows.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { SharedJson } from '../../store/files/shared-json.js';
import type { CollectionPicture } from '../collection.js';
import type { RowGroup } from './duplicate-groups.js';

const fileSchema = z.object({
  version: z.literal(1),
  /** Groups all of whose pictures stay. */
  keepAll: z.array(z.object({ kind: z.enum(['same', 'similar']), contents: z.array(z.string()), at: z.string() })),
  /** Of single pictures, whether they stay. Of several of the same content the path says which is meant. */
  marks: z.array(z.object({ content: z.string(), path: z.string(), stays: z.boolean(), at: z.string() })),
});
type DecisionsFile = z.infer<typeof fileSchema>;
const NONE: DecisionsFile = { version: 1, keepAll: [], marks: [] };

export type KnownBy = Pick<CollectionPicture, 'id' | 'hash'>;

/** A change of what is said. */
export interface Decision {
  /** Groups all of whose pictures are to stay, or, no longer so, to be judged by the rules. */
  readonly groups?: readonly {
    readonly kind: RowGroup['kind'];
    readonly pictures: readonly KnownBy[];
    readonly keepAll: boolean;
  }[];
  /** Whether pictures are to stay; null for what the rules say. */
  readonly marks?: readonly { readonly picture: KnownBy; readonly stays: boolean | null }[];
}

export class Decisions {
  readonly #keepAll: readonly { readonly kind: RowGroup['kind']; readonly contents: ReadonlySet<string> }[];
  readonly #marks: ReadonlyMap<string, boolean>;
  readonly #byContent: ReadonlyMap<string, boolean>;

  private constructor({ keepAll, marks }: DecisionsFile) {
    this.#keepAll = keepAll.map(({ kind, contents }) => ({ kind, contents: new Set(contents) }));
    this.#marks = new Map(marks.map(({ content, path, stays }) => [`${content} ${path}`, stays]));
    this.#byContent = new Map(marks.map(({ content, stays }) => [content, stays]));
  }

  static readonly none = new Decisions(NONE);

  /** @throws {DamageError} if the file is not as it was written */
  static async read(runPath: string): Promise<Decisions> {
    return new Decisions(await fileOf(runPath).read());
  }

  /** Whether all of some pictures stay: all are of one group of which that was said. */
  keepsAll(kind: RowGroup['kind'], pictures: readonly KnownBy[]): boolean {
    return this.#keepAll.some(
      (said) => said.kind === kind && pictures.every((picture) => said.contents.has(contentOf(picture))),
    );
  }

  /**
   * What was said of a picture.
   *
   * @param isOnly whether no other of those it is compared with has its content: then it may have another path by now
   */
  mark(picture: KnownBy, isOnly: boolean): boolean | undefined {
    const content = contentOf(picture);
    return this.#marks.get(`${content} ${picture.id}`) ?? (isOnly ? this.#byContent.get(content) : undefined);
  }
}

/** Remembers what is said, beside and in place of what was. */
export async function rememberDecision(runPath: string, { groups = [], marks = [] }: Decision): Promise<void> {
  const at = new Date().toISOString();
  await fileOf(runPath).update((old) => {
    let { keepAll } = old;
    for (const { kind, pictures, keepAll: isKept } of groups) {
      const contents = [...new Set(pictures.map(contentOf))].sort();
      // A decision of some of them, or of more, is not the last word any more.
      const isAbout = (said: DecisionsFile['keepAll'][number]): boolean =>
        said.kind === kind &&
        (contents.every((content) => said.contents.includes(content)) ||
          said.contents.every((content) => contents.includes(content)));
      keepAll = [...keepAll.filter((said) => !isAbout(said)), ...(isKept ? [{ kind, contents, at }] : [])];
    }
    const kept = new Map(old.marks.map((mark) => [`${mark.content} ${mark.path}`, mark]));
    for (const { picture, stays } of marks) {
      const [content, path] = [contentOf(picture), picture.id];
      kept.delete(`${content} ${path}`);
      if (stays !== null) kept.set(`${content} ${path}`, { content, path, stays, at });
    }
    return { version: 1, keepAll, marks: [...kept.values()] };
  });
}

/** Where the bytes are not known, the path has to do. */
function contentOf({ id, hash }: KnownBy): string {
  return hash ?? `path ${id}`;
}

function fileOf(runPath: string): SharedJson<DecisionsFile> {
  return new SharedJson(join(runPath, 'decisions.json'), fileSchema, NONE);
}
