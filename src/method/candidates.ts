/** @file What a training that is given time may consist of, from little time to much. */
import type { Settings } from './settings.js';

export interface Candidate extends Pick<Settings, 'encoder' | 'width' | 'size'> {
  /** Taken if there is time to see this many pictures, each as often as it comes up. */
  readonly seen: number;
}

/** Of our encoders. The last whose `seen` can be reached is taken, of those that are not larger than the pictures; else the first. */
export const TRAINING_SIZES: readonly Candidate[] = [
  { encoder: 'resnet10', width: 16, size: 32, seen: 0 },
  { encoder: 'resnet10', width: 16, size: 48, seen: 30_000 },
  { encoder: 'resnet10', width: 16, size: 64, seen: 50_000 },
  { encoder: 'resnet10', width: 32, size: 32, seen: 150_000 },
  { encoder: 'resnet10', width: 32, size: 48, seen: 150_000 },
  { encoder: 'resnet10', width: 32, size: 64, seen: 150_000 },
  { encoder: 'resnet10', width: 32, size: 96, seen: 300_000 },
  { encoder: 'resnet10', width: 64, size: 32, seen: 600_000 },
  { encoder: 'resnet10', width: 64, size: 48, seen: 600_000 },
  { encoder: 'resnet10', width: 64, size: 64, seen: 600_000 },
  { encoder: 'resnet10', width: 32, size: 128, seen: 600_000 },
  { encoder: 'resnet10', width: 64, size: 96, seen: 900_000 },
  { encoder: 'resnet10', width: 64, size: 128, seen: 1_200_000 },
];

/** Of a candidate but the first: passes over all pictures that there has to be time for. */
export const LEAST_EPOCHS = 15;
/** After so many passes more time brings nothing more. */
export const ENOUGH_EPOCHS = 800;
/** Where neither minutes nor epochs are given. */
export const DEFAULT_MINUTES = 20;
