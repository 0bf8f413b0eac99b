/** @file The dozen kinds of thing. The names are the class folders; the order is part of what a seed means. */
import type { Kind } from './brush.js';
import { balloon } from './kinds/balloon.js';
import { boat } from './kinds/boat.js';
import { butterfly } from './kinds/butterfly.js';
import { cactus } from './kinds/cactus.js';
import { car } from './kinds/car.js';
import { cat } from './kinds/cat.js';
import { fish } from './kinds/fish.js';
import { flower } from './kinds/flower.js';
import { house } from './kinds/house.js';
import { mushroom } from './kinds/mushroom.js';
import { teapot } from './kinds/teapot.js';
import { tree } from './kinds/tree.js';

export const KINDS = {
  balloon,
  boat,
  butterfly,
  cactus,
  car,
  cat,
  fish,
  flower,
  house,
  mushroom,
  teapot,
  tree,
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** The names, in order. */
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];
