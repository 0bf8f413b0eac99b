/** @file The settings that losses ask for, each declared once. Which ask for which, they say themselves. */
import { z } from 'zod';
import { type SettingsOf, setting } from '../setting.js';

export const LOSS_SETTINGS = {
  dim: setting({ is: 'numbers a feature', schema: z.int().min(2), usual: 128 }),
  batch: setting({
    is: 'pictures a step; of fewer pictures than that, about a quarter of them',
    schema: z.int().min(2),
    usual: 256,
    flag: '<n>',
  }),
  /** m */
  negatives: setting({ is: 'rows that are drawn', schema: z.int().positive(), usual: 4096, flag: '<n>' }),
  noise: setting({
    is: 'negatives: one set for the whole batch, or one for each image, as the official code',
    schema: z.enum(['batch', 'image']),
    usual: 'image',
  }),
  z: setting({
    is: 'Z from the first batch (the paper), a running mean, or the closed form for random unit vectors',
    schema: z.enum(['first', 'running', 'closed']),
    usual: 'first',
  }),
  positivesAsNegatives: setting({
    is: 'whether an image (with noise batch, any image of the batch) may be drawn as a negative',
    schema: z.boolean(),
    usual: true,
  }),
  /** Of the losses over bank rows, and of the vote of neighbours. The losses with weights of their own have none. */
  tau: setting({ is: 'temperature, above 0', schema: z.number().positive(), usual: 0.07, flag: '<t>' }),
  /** λ, which the paper has and the official code does without. */
  proximal: setting({
    is: 'λ of the proximal term, for losses over bank rows',
    schema: z.number().min(0),
    usual: 0,
    since: { version: 2, before: 0 },
  }),
  /** β */
  bankShare: setting({
    is: 'part of what draws a picture together that comes from its bank row, not from its other crop',
    schema: z.number().min(0).max(1),
    usual: 0,
    since: { version: 2, before: 0 },
  }),
  /** Multi-crop (Caron et al. 2020, SwAV): small crops cost little, and a part is to be told as its whole is. */
  localCrops: setting({
    is: 'further, smaller crops of each picture, drawn to its two others and drawing none',
    schema: z.int().min(0),
    usual: 0,
    since: { version: 2, before: 0 },
  }),
  localSize: setting({
    is: 'side of the smaller crops, as a part of that of the others',
    schema: z.number().positive().max(1),
    usual: 0.5,
    since: { version: 2, before: 0.5 },
  }),
  localScale: setting({
    is: 'least and greatest part of a picture’s area that a smaller crop covers',
    schema: z.tuple([z.number().positive().max(1), z.number().positive().max(1)]).readonly(),
    usual: [0.05, 0.3],
    form: 'the least and greatest part of the area, above 0 and up to 1, such as 0.05,0.3',
    since: { version: 2, before: [0.05, 0.3] },
  }),
  seed: setting({
    is: 'all randomness follows from it',
    schema: z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
    usual: 0,
    flag: '<n>',
  }),
} as const;

/** Settings of a training that losses ask for. */
export type LossSettings = SettingsOf<typeof LOSS_SETTINGS>;

/** What can mean something with some losses only; `noiseWeights` is a file beside the settings. */
export type LossSetting = keyof LossSettings | 'noiseWeights';
