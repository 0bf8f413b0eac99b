/** @file The encoder that has learned nothing: the floor of every table. */
import type { RunSpec } from './experiment.js';

/** A rate at which nothing is learned in float32, while batch normalisation measures the pictures. */
const NO_LEARNING = 1e-12;

export const UNTRAINED: RunSpec = {
  name: 'untrained',
  label: 'untrained encoder',
  settings: { loss: 'softmax', lr: NO_LEARNING },
  untrained: true,
};
