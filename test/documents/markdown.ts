/** @file Markdown documents, as far as their links go: what they link to, and the places that others can link to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** All documents of the repository, as paths below its root. */
export const DOCUMENTS: readonly string[] = ['.', 'docs', 'bench', 'examples'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);

/** Its text without blocks of code. */
function prose(document: string): string {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/^ {4}.*$/gm, '');
}

/** Where its links and pictures lead. */
export function linksOf(document: string): string[] {
  const withoutCode = prose(document).replace(/`[^`]*`/g, '');
  return Array.from(withoutCode.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
}

/** Its headings, by the names that GitHub gives them. */
export function placesOf(document: string): string[] {
  return Array.from(prose(document).matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** Files of code that it names with their folder, such as `src/graph/grad.ts`. */
export function filesNamedIn(document: string): string[] {
  return Array.from(prose(document).matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.tsx?)`/g), ([, path]) => path!);
}
