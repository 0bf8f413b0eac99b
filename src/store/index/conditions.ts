/** @file Conditions in the language of LanceDB's tables. */

/** Ids named in one statement. */
const STATEMENT = 500;

/** A text as a condition names it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Conditions that name `ids`, as many at once as fit. */
export function* statements(ids: readonly string[]): Generator<string> {
  for (let first = 0; first < ids.length; first += STATEMENT) {
    const some = ids.slice(first, first + STATEMENT).map(quoted);
    yield `id IN (${some.join(', ')})`;
  }
}
