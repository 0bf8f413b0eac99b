/** @file How a setting of a training is declared: once, with all that is said of it elsewhere. */
import type { z } from 'zod';

/** A setting. */
export interface Declared<Schema extends z.ZodType = z.ZodType> {
  /** What it is, in a few words: for `--help`, docs/settings.md and the description of the service. */
  readonly is: string;
  /** What it may be. */
  readonly schema: Schema;
  /** Its value in recipes that have no other. */
  readonly usual: z.output<Schema>;
  /** What it may be in words, if it takes several numbers. */
  readonly form?: string;
  /** What its value is called in `--help`, if it has a flag of its own. */
  readonly flag?: string;
  /** In which version of the configuration it came, and what runs without it were trained with. */
  readonly since?: { readonly version: number; readonly before: z.output<Schema> };
}

/** The values of declared settings. */
export type SettingsOf<Table extends Readonly<Record<string, Declared>>> = {
  readonly [Name in keyof Table]: z.output<Table[Name]['schema']>;
};

/** Declares one, its values checked by its schema's type. */
export function setting<Schema extends z.ZodType>(declared: Declared<Schema>): Declared<Schema> {
  return declared;
}
