/** @file The settings of a training that the page speaks of. */
import type { Run } from '../../source/source.ts';

export interface MethodSettings {
  readonly encoder: string;
  readonly size: number;
  readonly dim: number;
  readonly batch: number;
  readonly epochs: number;
  readonly loss: 'softmax' | 'nce' | 'infonce' | 'batch' | 'parametric' | 'supervised';
  readonly negatives: number;
  readonly z: 'first' | 'running' | 'closed';
  readonly tau: number;
  readonly bankMomentum: number;
  readonly crop: readonly [number, number];
  readonly flip: number;
  readonly jitter: readonly [number, number, number, number];
  readonly greyscale: number;
}

export function settingsOf({ settings }: Run): MethodSettings {
  return settings as unknown as MethodSettings;
}
