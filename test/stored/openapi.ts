/** @file Whether one OpenAPI document promises all that an earlier one did, and asks for nothing that it did not ask for. */

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What is broken of `then`, as paths into the document; none if a client of `then` is served by `now`. */
export function broken(now: Contract, then: Contract): string[] {
  return Object.entries(then.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const other = now.paths[path]?.[method];
      const name = `${method} ${path}`;
      return other === undefined ? [name] : brokenOperation(other, operation).map((what) => `${name}: ${what}`);
    }),
  );
}

function brokenOperation(now: Operation, then: Operation): string[] {
  const named = new Map(now.parameters?.map((parameter) => [parameter.name, parameter]));
  const known = new Set(then.parameters?.map(({ name }) => name));
  const bodies = Object.entries(then.requestBody?.content ?? {});
  const answers = Object.entries(then.responses).flatMap(([status, { content }]) =>
    Object.entries(content ?? {}).map(([type, { schema }]) => ({ status, type, schema })),
  );
  return [
    ...[...known].filter((name) => !named.has(name)).map((name) => `parameter ${name} is gone`),
    ...[...named.values()]
      .filter(({ name, required }) => required && !known.has(name))
      .map(({ name }) => `${name} is asked for`),
    ...bodies.flatMap(([type, { schema }]) => {
      const taken = now.requestBody?.content[type]?.schema;
      // What is sent is the other way round: nothing more may be asked for.
      return [...gone(taken, schema, type, false), ...missing(schema, taken, type)];
    }),
    ...answers.flatMap(({ status, type, schema }) =>
      gone(now.responses[status]?.content?.[type]?.schema, schema, `${status} ${type}`, true),
    ),
  ];
}

/** Fields of `then` that are no longer in `now`, or of another type; if `isAnswer`, also those no longer promised. */
function gone(now: Schema | undefined, then: Schema | undefined, path: string, isAnswer: boolean): string[] {
  if (then === undefined) return [];
  if (now === undefined || JSON.stringify(now.type) !== JSON.stringify(then.type)) return [path];
  return [
    ...(isAnswer ? missing(now, then, path) : []),
    ...Object.entries(then.properties ?? {}).flatMap(([name, schema]) =>
      gone(now.properties?.[name], schema, `${path}.${name}`, isAnswer),
    ),
    ...gone(now.items, then.items, `${path}[]`, isAnswer),
  ];
}

/** Fields that `then` requires and `now` does not. */
function missing(now: Schema | undefined, then: Schema | undefined, path: string): string[] {
  const required = new Set(now?.required);
  return (then?.required ?? [])
    .filter((name) => !required.has(name))
    .map((name) => `${path}.${name} is not always there`);
}
