/** @file The losses to choose from: everything that depends on which they are comes from this list. */
import { batch } from './batch.js';
import { infonce } from './infonce.js';
import { nce } from './nce.js';
import { parametric } from './parametric.js';
import { softmax } from './softmax.js';
import { supervised } from './supervised.js';

export const LOSSES = [softmax, nce, infonce, batch, parametric, supervised] as const;
