/** @file What of a training is decided by its pictures and the time it may take; fixed before the first step. */
import { formatCount, plural } from '../core/format.js';
import type { PictureCache } from '../data/cache/cache.js';
import { DIFFERENCE_NAMES, DIFFERENCES, type DifferenceName } from '../method/alike.js';
import { ENOUGH_EPOCHS } from '../method/candidates.js';
import { ADAPTIVE_RECIPES } from '../method/recipes.js';
import type { Settings } from '../method/settings.js';
import type { Architectures } from '../run/architectures.js';
import { type RunConfig, resolveSettings } from '../run/config.js';
import { epochsWithin, secondsOfEpochs, type TrainingSpeed } from './budget.js';
import { chooseAlike } from './choose-alike.js';
import { type DecidedForm, givenOf, loadOf } from './decide-form.js';
import { fitBatch } from './fit-batch.js';
import { look } from './look.js';
import { FROZEN_EPOCHS } from './measure-frozen.js';

/** From so many on, epochs are whole. */
const MANY_EPOCHS = 10;

export interface Decided {
  readonly config: RunConfig;
  /** That the training will take by what was measured; undefined if nothing was. */
  readonly expectedSeconds: number | undefined;
}

/**
 * The rest of the decision, once the pictures are decoded.
 *
 * @param seconds from now in which all has to be done; undefined if the epochs are fixed
 * @throws the signal's reason
 */
export async function decide(
  config: RunConfig,
  { settings: formed, reasons, speed }: DecidedForm,
  architectures: Architectures,
  cache: PictureCache,
  seconds: number | undefined,
  ranks: number,
  signal: AbortSignal | undefined,
): Promise<Decided> {
  const startedAt = performance.now();
  const given = givenOf(config);
  const { encoder, width, size, fit, frozenCrops } = formed;
  const alike = await alikeFor(config, cache, signal);
  const settingsWith = (epochs: number): Settings => {
    const all = { encoder, width, size, fit, frozenCrops, epochs, ...alike.settings, ...given };
    return fitBatch(resolveSettings(config.recipe, all, architectures), given, cache.length, ranks);
  };
  if (speed === undefined || seconds === undefined) {
    const settings = settingsWith(config.settings.epochs);
    return { config: { ...config, settings, decided: { ...alike.reasons, ...reasons } }, expectedSeconds: undefined };
  }
  const load = loadOf(formed, cache.length);
  const left = seconds - (performance.now() - startedAt) / 1000;
  const stepsPerEpoch = Math.ceil(cache.length / load.batch);
  const fitting = epochsWithin(left, speed, load);
  const epochs = formed.freeze ? FROZEN_EPOCHS : wholeSteps(Math.min(fitting, ENOUGH_EPOCHS), stepsPerEpoch);
  const expectedSeconds = secondsOfEpochs(epochs, speed, load);
  return {
    config: {
      ...config,
      settings: settingsWith(epochs),
      decided: {
        ...alike.reasons,
        ...reasons,
        time: timeReason(config, speed, formed.freeze || fitting < ENOUGH_EPOCHS),
      },
    },
    expectedSeconds,
  };
}

async function alikeFor(
  config: RunConfig,
  cache: PictureCache,
  signal: AbortSignal | undefined,
): Promise<{ settings: Partial<Settings>; reasons: Readonly<Record<string, string>> }> {
  const { asked, recipe } = config;
  const isAdaptive = ADAPTIVE_RECIPES.includes(recipe);
  if (!isAdaptive && asked.ignore.length + asked.matters.length === 0) return { settings: {}, reasons: {} };
  const looked = await look(cache, config.settings.seed, signal);
  const { settings, reasons } = chooseAlike(asked, looked);
  const isDecided = (name: DifferenceName): boolean =>
    !DIFFERENCES[name].settings.some((setting) => asked.given.includes(setting));
  return {
    settings,
    reasons: Object.fromEntries(DIFFERENCE_NAMES.filter(isDecided).map((name) => [name, reasons[name]])),
  };
}

/** At least a step; of many epochs, whole ones. */
function wholeSteps(epochs: number, stepsPerEpoch: number): number {
  if (epochs >= MANY_EPOCHS) return Math.floor(epochs);
  return Math.max(1, Math.floor(epochs * stepsPerEpoch)) / stepsPerEpoch;
}

function timeReason({ asked }: RunConfig, { train }: TrainingSpeed, isAllUsed: boolean): string {
  const time = `of ${plural(asked.minutes!, 'minute')} asked for, by ${formatCount(Math.round(1 / train))} pictures/s, as measured here`;
  return isAllUsed ? time : `${time}: after ${ENOUGH_EPOCHS} epochs more time brings nothing more`;
}
