/**
 * @file Everything that can be set about a training: each setting declared once, by the name it has on the command line
 * and in configuration files. Those that losses ask for are in `losses/loss-settings.ts`.
 */
import { z } from 'zod';
import { GENERATIONS } from '../graph/target.js';
import { STEMS } from '../nn/encoders/encoder.js';
import { ENCODER_NAMES, NETWORK } from '../nn/encoders/named-encoders.js';
import { OPTIMIZER_NAMES } from '../nn/optimizers.js';
import { LOSS_SETTINGS } from './losses/loss-settings.js';
import { LOSS_NAMES, lossesWith } from './losses/named-losses.js';
import { NETWORK_SETTINGS } from './network-settings.js';
import { type Declared, type SettingsOf, setting } from './setting.js';

const fraction = z.number().min(0).max(1);
const positive = z.number().positive();
const count = z.int().positive();
const atLeast0 = z.number().min(0);

/** Side of the smallest pictures and crops, in pixels. */
export const LEAST_SIZE = 8;

/** The usual values are those of the paper's ImageNet training. */
export const SETTINGS = {
  encoder: setting({
    is: `${ENCODER_NAMES.join(', ')}, or the .onnx file of a network, which is then called ${NETWORK}`,
    schema: z.enum([...ENCODER_NAMES, NETWORK]),
    usual: 'resnet18',
    flag: '<name>',
  }),
  stem: setting({
    is: 'first layers: 7×7 and a pool (imagenet), 3×3 of stride 2 twice (quarter) or once (half), 3×3 (cifar); small sizes get one that leaves enough of them unless it is given',
    schema: z.enum(STEMS),
    usual: 'imagenet',
  }),
  width: setting({
    is: 'channels of the encoder’s first stage; 16 is fast, 64 is usual',
    schema: count,
    usual: 64,
    flag: '<n>',
  }),
  /** Without it all pictures start in one direction of the sphere, and the first epochs pull them apart. */
  featureNorm: setting({
    is: 'batch-normalise features, without scale and shift, before the L2 norm',
    schema: z.boolean(),
    usual: false,
  }),
  size: setting({
    is: 'side of the crops it learns from',
    schema: z.int().min(LEAST_SIZE),
    usual: 224,
    flag: '<pixels>',
  }),
  resize: setting({
    is: 'short side that pictures are brought to before the centre crop of evaluation',
    schema: z.int().min(LEAST_SIZE),
    usual: 256,
  }),
  /** Small crops are quicker to learn from, and things look as large in them as in the whole pictures of evaluation. */
  progression: setting({
    is: 'sides of the training crops as parts of size, each for an equal part of the epochs',
    schema: z.array(positive.max(1)).min(1).readonly(),
    usual: [1],
    form: 'parts of the size above 0 and up to 1, such as 0.5,1',
    since: { version: 2, before: [1] },
  }),
  epochs: setting({ is: 'passes over all pictures; 0.5 is half of them', schema: positive, usual: 200, flag: '<n>' }),
  loss: setting({
    is: `what each picture is told from: ${LOSS_NAMES.join(', ')}`,
    schema: z.enum(LOSS_NAMES),
    usual: 'nce',
    flag: '<name>',
  }),
  ...LOSS_SETTINGS,
  /** The trained numbers are of a sphere on which all pictures repel one another; what lies before them tells more. */
  readout: setting({
    is: 'what is searched: the numbers that are trained (features), or as many of all stages of the encoder (stages)',
    schema: z.enum(['features', 'stages']),
    usual: 'features',
    since: { version: 2, before: 'features' },
  }),
  /** How alike the spread of directions becomes: the few in which most pictures differ count less. */
  whitening: setting({
    is: 'with readout stages: how far features are whitened, from 0, not at all, to 1',
    schema: fraction,
    usual: 0.75,
    since: { version: 2, before: 0.75 },
  }),
  colours: setting({
    is: 'with readout stages: how much a picture’s colours count beside each stage; 0 leaves them out',
    schema: atLeast0,
    usual: 0,
    since: { version: 2, before: 0 },
  }),
  /** Much of what things are is their outline, which few pictures teach an encoder slowly. */
  edges: setting({
    is: 'with readout stages: how much the places and directions of a picture’s edges count beside each stage; 0 leaves them out',
    schema: atLeast0,
    usual: 0,
    since: { version: 6, before: 0 },
  }),
  /** Small patterns are seen in the larger picture, large ones in the smaller. */
  zoom: setting({
    is: 'with readout stages: how many times the size pictures are looked at once more when they are encoded; 1 is not at all',
    schema: z.literal([1, 2]),
    usual: 1,
    since: { version: 5, before: 1 },
  }),
  bankMomentum: setting({ is: 'part of a bank row that stays', schema: fraction.lt(1), usual: 0.5 }),
  /** With `float16` each new row is rounded at once, so that resume stays exact. */
  bankDtype: setting({
    is: 'float32, or float16: half the bank on disk, resume still exact',
    schema: z.enum(['float32', 'float16']),
    usual: 'float32',
    since: { version: 2, before: 'float32' },
  }),
  checkpointActivations: setting({
    is: 'compute parts of each step twice rather than keep them: a third less memory, a quarter more time',
    schema: z.boolean(),
    usual: false,
    since: { version: 2, before: false },
  }),
  /** A lowering that is changed rounds otherwise, and what was begun goes on to the same bytes. */
  lowering: setting({
    is: 'generation of lowerings that compute a step: 2 is faster, 1 is for runs of version 0.1',
    schema: z.literal(GENERATIONS),
    usual: 2,
    since: { version: 2, before: 1 },
  }),
  lr: setting({ is: 'learning rate', schema: positive, usual: 0.03, flag: '<rate>' }),
  schedule: setting({
    is: 'how the rate falls: in steps, or as a cosine',
    schema: z.enum(['step', 'cosine']),
    usual: 'step',
  }),
  drops: setting({
    is: 'with schedule step: the rate falls to a tenth after these parts of the training',
    schema: z.array(fraction).readonly(),
    usual: [0.6, 0.8], // Epochs 120 and 160 of 200.
    form: 'fractions of the training in [0, 1], such as 0.6,0.8',
  }),
  warmup: setting({ is: 'epochs over which the rate rises from zero', schema: atLeast0, usual: 0 }),
  optimizer: setting({
    is: 'sgd, or muon: steps of matrices in which all directions count alike; of the weights of the encoder',
    schema: z.enum(OPTIMIZER_NAMES),
    usual: 'sgd',
    since: { version: 2, before: 'sgd' },
  }),
  momentum: setting({ is: 'of the optimiser', schema: fraction.lt(1), usual: 0.9 }),
  weightDecay: setting({ is: 'of the optimiser', schema: atLeast0, usual: 1e-4 }),
  fit: setting({
    is: 'long pictures lose their ends (crop) or are made square (pad), in training and afterwards',
    schema: z.enum(['crop', 'pad']),
    usual: 'crop',
    since: { version: 2, before: 'crop' },
  }),
  /** Of what is evaluated and searched; the crops of training are always bilinear. */
  interpolation: setting({
    is: 'how pictures are resized for evaluation: bilinear, or bicubic as some networks were trained',
    schema: z.enum(['bilinear', 'bicubic']),
    usual: 'bilinear',
    since: { version: 2, before: 'bilinear' },
  }),
  crop: setting({
    is: 'least and greatest part of a picture’s area that a crop covers',
    schema: z.tuple([positive.max(1), positive.max(1)]).readonly(),
    usual: [0.2, 1],
    form: 'the least and greatest part of the area, above 0 and up to 1, such as 0.3,1',
  }),
  flip: setting({ is: 'probability of mirroring', schema: fraction, usual: 0.5 }),
  turns: setting({
    is: 'ways up that a picture is shown in: 2 also upside down, 4 all quarter turns',
    schema: z.literal([1, 2, 4]),
    usual: 1,
    since: { version: 2, before: 1 },
  }),
  jitter: setting({
    is: 'brightness, contrast, saturation, hue: how far they are changed at most',
    schema: z.tuple([atLeast0, atLeast0, atLeast0, atLeast0.max(0.5)]).readonly(),
    usual: [0.4, 0.4, 0.4, 0.4],
    form: 'brightness, contrast and saturation of 0 or more, and hue in [0, 0.5], such as 0.4,0.4,0.4,0.1',
  }),
  greyscale: setting({ is: 'probability of a grey picture', schema: fraction, usual: 0.2 }),
  mean: setting({
    is: 'of red, green and blue in [0, 1]: subtracted from every picture',
    schema: z.tuple([fraction, fraction, fraction]).readonly(),
    usual: [0.485, 0.456, 0.406],
    form: 'a number in [0, 1] for red, green and blue, such as 0.485,0.456,0.406',
  }),
  std: setting({
    is: 'of red, green and blue: what every picture is then divided by',
    schema: z.tuple([positive, positive, positive]).readonly(),
    usual: [0.229, 0.224, 0.225],
    form: 'a number above 0 for red, green and blue, such as 0.229,0.224,0.225',
  }),
  ...NETWORK_SETTINGS,
} as const;

/** What determines a training, together with its pictures. */
export type Settings = SettingsOf<typeof SETTINGS>;

export type SettingName = keyof Settings;
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** How each is declared, in one order. */
export const DECLARED_SETTINGS = Object.entries(SETTINGS) as readonly (readonly [SettingName, Declared])[];

/** What a setting is, and with which losses, if it means something with some only. */
export function saidOf(name: SettingName): string {
  const losses = lossesWith(name);
  return SETTINGS[name].is + (losses.length > 0 ? ` (${losses.join(', ')})` : '');
}
