/** @file How pictures and labels are written in requests, as schemas. */
import { z } from 'zod';

/** The row of a picture. */
export const Row = z.int().min(0).max(1e9);

/** As JSON Schema counts them: characters, not units of UTF-16. */
const MAX_LABEL = 200;

/** A label; space around it does not count. */
export const Label = z
  .string()
  .regex(/\S/, 'expected more than space')
  .refine((label) => Array.from(label).length <= MAX_LABEL, `expected at most ${MAX_LABEL} characters`)
  .meta({ maxLength: MAX_LABEL })
  .transform((label) => label.trim());
