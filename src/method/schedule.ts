/** @file What changes over a training: the learning rate and the size of the crops. */
import type { Settings } from './settings.js';

/**
 * Learning rate of a step.
 *
 * The step schedule drops at the start of an epoch, as published; the cosine falls with every step, to nearly zero.
 */
export function learningRate(
  settings: Pick<Settings, 'lr' | 'schedule' | 'drops' | 'warmup' | 'epochs'>,
  step: number,
  stepsPerEpoch: number,
): number {
  const { lr, schedule, drops, warmup, epochs } = settings;
  const warmupSteps = warmup * stepsPerEpoch;
  if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
  if (schedule === 'step') {
    const epoch = Math.floor(step / stepsPerEpoch);
    // Rounded, because 0.6 of 200 epochs is not 120 in floating point.
    return lr * 0.1 ** drops.filter((fraction) => epoch >= Math.round(fraction * epochs)).length;
  }
  const progress = (step - warmupSteps) / (epochs * stepsPerEpoch - warmupSteps);
  return (lr * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** Steps of a training; its epochs may be any number. */
export function numSteps({ epochs }: Pick<Settings, 'epochs'>, stepsPerEpoch: number): number {
  return Math.max(1, Math.round(epochs * stepsPerEpoch));
}

/** Epochs that are begun; the last may end before its time. */
export function numEpochs({ epochs }: Pick<Settings, 'epochs'>): number {
  return Math.ceil(epochs);
}

/** Side of the training crops in an epoch, counted from 0, in pixels. */
export function cropSize(
  { size, progression, epochs }: Pick<Settings, 'size' | 'progression' | 'epochs'>,
  epoch: number,
): number {
  const part = progression[Math.min(Math.floor((epoch * progression.length) / epochs), progression.length - 1)]!;
  return Math.round(part * size);
}

/** The same for every epoch that is begun. */
export function cropSizes(settings: Pick<Settings, 'size' | 'progression' | 'epochs'>): number[] {
  return Array.from({ length: numEpochs(settings) }, (_, epoch) => cropSize(settings, epoch));
}
