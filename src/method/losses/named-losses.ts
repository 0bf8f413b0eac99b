/** @file The losses by name, and by what they can do. */
import type { Loss } from './loss.js';
import type { LossSetting } from './loss-settings.js';
import { LOSSES } from './losses.js';

export type LossName = (typeof LOSSES)[number]['name'];
export const LOSS_NAMES: readonly LossName[] = LOSSES.map(({ name }) => name);

const named: ReadonlyMap<string, Loss> = new Map(LOSSES.map((loss) => [loss.name, loss]));

export function lossNamed(name: LossName): Loss {
  return named.get(name)!;
}

/** Those with which a setting means something; none if it does with all. */
export function lossesWith(setting: string): readonly LossName[] {
  return LOSSES.filter(({ settings }: Loss) => settings.includes(setting as LossSetting)).map(({ name }) => name);
}

/** Whether a setting means something with a loss. */
export function appliesTo(setting: string, loss: LossName): boolean {
  const losses = lossesWith(setting);
  return losses.length === 0 || losses.includes(loss);
}

/** Those that learn classes, and can tell that of a picture. */
export const CLASS_LOSSES: readonly LossName[] = LOSSES.filter(({ classLogits }: Loss) => classLogits).map(
  ({ name }) => name,
);

/** @param name of any loss, or of none */
export function learnsClasses(name: unknown): name is LossName {
  return CLASS_LOSSES.some((loss) => loss === name);
}
