/** @file Constants of the code, found by their names in its text: most are nobody's business but their file's. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const files = ['src', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ name: basename(file), text: readFileSync(join(ROOT, folder, file), 'utf8') })),
);

const NUMBER = String.raw`[\d_]+(?:\.\d+)?(?:e-?\d+)?`;

/**
 * The number that a constant, a field or a default has, such as `const MAX_URL = 4096` or `maxBytes = 32 * 2 ** 20`.
 *
 * @param key its name, after `<file>:` where others have the same, e.g. `listen.ts:maxBytes`
 * @throws {Error} unless the code gives it one number
 */
export function constant(key: string): number {
  const [name, file] = key.split(':').reverse() as [string, string?];
  const given = new RegExp(
    String.raw`\b${name}(?: = |: | \?\? )(${NUMBER}(?: (?:\*\*?|/|-) ${NUMBER})*)(?=[;,) ])`,
    'g',
  );
  const found = new Set<string>();
  for (const source of files) {
    if (file !== undefined && source.name !== file) continue;
    for (const [, value] of source.text.matchAll(given)) found.add(value!);
  }
  if (found.size !== 1) throw new Error(`${key}: expected one number, got ${[...found].join(', ') || 'none'}.`);
  // Digits and operators only, by the expression above.
  return Number(new Function(`return ${[...found][0]}`)());
}
