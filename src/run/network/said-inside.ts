/** @file What a network says of its pictures in its own metadata, where we have written it. */
import { z } from 'zod';
import type { SaidForm } from './picture-form.js';

const three = z.tuple([z.number(), z.number(), z.number()]);

/** As `encoder-file.ts` writes it. */
const preprocessing = z.looseObject({
  resize: z.int().positive(),
  centerCrop: z.int().positive(),
  interpolation: z.string(),
  mean: three,
  std: three,
  pad: z.string().optional(),
});

/** @param metadata of the model @returns undefined if it is not one of ours */
export function saidInside(metadata: Readonly<Record<string, string>>): SaidForm | undefined {
  const said = preprocessing.safeParse(parsed(metadata['preprocessing'])).data;
  if (said === undefined) return undefined;
  const { resize, centerCrop: size, interpolation, mean, std, pad } = said;
  return {
    form: {
      ...{ size, resize, mean, std },
      interpolation: interpolation.startsWith('bicubic') ? 'bicubic' : 'bilinear',
      fit: pad === undefined ? 'crop' : 'pad',
    },
    source: 'its own metadata',
    notes: [],
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
