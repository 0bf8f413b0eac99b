/** @file What the demo draws and trains: chosen so that all of it takes four to six minutes on two cores. */

import type { DifferenceName } from '../../method/alike.js';
import type { GivenSettings } from '../../run/config.js';

export interface DemoPlan {
  /** Pictures of each of the twelve kinds. */
  readonly trainPerKind: number;
  readonly testPerKind: number;
  /** Side of the pictures, in pixels. */
  readonly pictureSize: number;
  readonly ignore: readonly DifferenceName[];
  readonly settings: GivenSettings;
  /** Neighbours that vote. */
  readonly k: number;
  /** Neighbours shown with each query. */
  readonly shown: number;
}

export const DEMO: DemoPlan = {
  trainPerKind: 300,
  testPerKind: 50,
  pictureSize: 64,
  // They are drawn in any colours.
  ignore: ['colour'],
  settings: { width: 16, epochs: 24 },
  k: 20,
  shown: 8,
};
