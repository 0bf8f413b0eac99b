/** @file Parameters that several routes take, and how answers are described. */
import { z } from '@hono/zod-openapi';
import { MAX_NEIGHBOURS, Problem } from './api.js';

/** What may be left out of a URL; `In` is how it is written there. */
type OptionalParameter<T, In extends string = string> = z.ZodDefault<z.ZodType<T, In>>;

/** An integer in a URL. */
function integer(minimum: number, maximum: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d{1,12}$/, 'expected an integer')
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .openapi({ type: 'integer', minimum, maximum });
}

/** A number in a URL that may be left out, in any notation of JSON. */
export function quantity(minimum: number, maximum: number): z.ZodOptional<z.ZodType<number, string>> {
  return z
    .string()
    .regex(/^-?\d{1,30}(\.\d{1,400})?(e[+-]?\d{1,3})?$/i, 'expected a number')
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .optional()
    .openapi({ type: 'number', minimum, maximum });
}

/** An integer in a URL that may be left out. */
export function countParameter(minimum: number, maximum: number, fallback: number): OptionalParameter<number> {
  return integer(minimum, maximum).default(fallback).openapi({ type: 'integer', minimum, maximum, default: fallback });
}

/** The same without another in its place. */
export function optionalCount(minimum: number, maximum: number): z.ZodOptional<z.ZodType<number, string>> {
  return integer(minimum, maximum).optional().openapi({ type: 'integer', minimum, maximum });
}

/** A yes or no in a URL; no if it is left out. */
export function flag(description: string): OptionalParameter<boolean, 'true' | 'false'> {
  return z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .default(false)
    .openapi({ type: 'boolean', default: false, description });
}

/** Which part of a list. */
export const pageQuery = {
  offset: countParameter(0, 1e9, 0),
  limit: countParameter(1, 1000, 100),
};

export const askQuery = {
  /** Neighbours to find. */
  k: countParameter(1, MAX_NEIGHBOURS, 24),
  compare: z.enum(['pixels']).optional().openapi({ description: 'Also find what the plain pixels would.' }),
};

export const rowParam = { row: integer(0, 1e9).openapi({ param: { name: 'row', in: 'path' }, type: 'integer' }) };

/** A text in a URL of so many characters at most, as JSON Schema counts them; empty if it is left out. */
export function text(maxLength: number): OptionalParameter<string> {
  return z
    .string()
    .refine((value) => Array.from(value).length <= maxLength, `expected at most ${maxLength} characters`)
    .default('')
    .openapi({ type: 'string', maxLength, default: '' });
}

/** A body of bytes. */
export const binary = { schema: { type: 'string', format: 'binary' } } as const;

/** Descriptions of an answer with JSON, and of the refusals that all routes have in common. */
export function answers<T extends z.ZodType>(description: string, schema: T) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    ...refusals,
  };
}

export const refusals = {
  '4XX': {
    description: 'The request cannot be answered, and why.',
    content: { 'application/json': { schema: Problem } },
  },
};
