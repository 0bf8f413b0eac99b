/** @file What is wrong with a value, by a schema, as a sentence. */

/** What a schema finds wrong; of Zod's issues, as far as it is told. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly inclusive?: boolean | undefined;
  readonly values?: readonly unknown[];
  readonly keys?: readonly string[];
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'an integer',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object {…}',
  record: 'an object {…}',
};

/**
 * The first thing that is wrong, as `name: expected X, got Y`.
 *
 * @param error of a schema, with its issues
 * @param value that was looked at
 * @param forms what is expected, in words, where the schema's own are too few: by name
 */
export function explain(
  { issues: [issue] }: { readonly issues: readonly Issue[] },
  value: unknown,
  forms: Readonly<Record<string, string>> = {},
): string {
  const path = issue!.path.map(String);
  const inside = path.reduce<unknown>((v, key) => (v as Record<string, unknown> | null | undefined)?.[key], value);
  const [name = ''] = path;
  const isForm = Object.hasOwn(forms, name);
  const got = isForm ? (value as Record<string, unknown>)[name] : inside;
  const subject = (isForm ? name : path.join('.')) || 'config';
  return `${subject}: expected ${isForm ? forms[name] : expectation(issue!)}, got ${told(issue!, got)}.`;
}

function expectation(issue: Issue): string {
  const { code, expected, origin, minimum, maximum, inclusive, values, keys } = issue;
  const isList = origin === 'array';
  switch (code) {
    case 'invalid_type':
      return KINDS[String(expected)] ?? `a ${expected}`;
    case 'too_small':
      if (isList) return `a list of at least ${minimum}`;
      return inclusive === false ? `a number above ${minimum}` : `at least ${minimum}`;
    case 'too_big':
      if (isList) return `a list of at most ${maximum}`;
      return inclusive === false ? `a number below ${maximum}` : `at most ${maximum}`;
    case 'invalid_value':
      return values!.length === 1 ? String(values![0]) : `one of ${values!.join(', ')}`;
    case 'unrecognized_keys':
      return `nothing of the name ${keys!.join(', ')}`;
    default:
      return issue.message.replace(/^Invalid (input|option)(: expected )?/, '') || 'something else';
  }
}

function told({ code }: Issue, got: unknown): string {
  if (got === undefined) return 'none';
  return code === 'unrecognized_keys' ? 'it' : JSON.stringify(got);
}
