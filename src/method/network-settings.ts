/** @file The settings that mean something where the encoder is made of a network that a file has brought. */
import { z } from 'zod';
import { setting } from './setting.js';

/** Orders of the channels that a network takes. */
export const CHANNEL_ORDERS = ['rgb', 'bgr'] as const;
/** Whether the channels of a picture come before its rows and columns, or after them. */
export const LAYOUTS = ['nchw', 'nhwc'] as const;

/** Each is of no use to what is older than the version of the configuration that it is there since. */
export const NETWORK_SETTINGS = {
  cut: setting({
    is: 'the node whose result is the feature; none: before the classifier, pooled, of a transformer the class token',
    schema: z.string(),
    usual: '',
    since: { version: 2, before: '' },
  }),
  channels: setting({
    is: `the order of a picture’s channels that the network takes: ${CHANNEL_ORDERS.join(' or ')}`,
    schema: z.enum(CHANNEL_ORDERS),
    usual: 'rgb',
    since: { version: 2, before: 'rgb' },
  }),
  layout: setting({
    is: `how a batch of pictures lies in memory, for the network: ${LAYOUTS.join(' or ')}`,
    schema: z.enum(LAYOUTS),
    usual: 'nchw',
    since: { version: 2, before: 'nchw' },
  }),
  maps: setting({
    is: 'search by the network’s earlier maps, too, of each size the last, beside its feature',
    schema: z.boolean(),
    usual: true,
    since: { version: 4, before: false },
  }),
  freeze: setting({
    is: 'train nothing but what is added to the network, on features of a number of crops that are encoded once',
    schema: z.boolean(),
    usual: false,
    since: { version: 2, before: false },
  }),
  frozenCrops: setting({
    is: 'with freeze: crops of each picture that are encoded, before the training',
    schema: z.int().min(2),
    usual: 8,
    since: { version: 2, before: 8 },
  }),
  freezeUntil: setting({
    is: 'the node up to which the network stays as it is',
    schema: z.string(),
    usual: '',
    since: { version: 2, before: '' },
  }),
  layerDecay: setting({
    is: 'how much smaller the steps of each twelfth of the network are than those of the next, towards the picture',
    schema: z.number().positive().max(1),
    usual: 1,
    since: { version: 2, before: 1 },
  }),
} as const;
