/** @file Which differences between pictures a training ignores, and why: as it is told, else by what the pictures show. */
import { percent } from '../core/format.js';
import {
  type AlikeSettings,
  DIFFERENCE_NAMES,
  type DifferenceName,
  ignoring,
  USUALLY_IGNORED,
} from '../method/alike.js';
import type { Looked } from './look.js';

/**
 * Part of the pictures that are told from their changed selves from which on a change is no longer ignored. Measured on
 * 1,000 pictures each, mirrored / upside down / on their sides, in percent: photographs (CIFAR-10) 54 / 67 / 73, aerial
 * 51 / 50 / 53, steel 54 / 55 / 74, plankton 67 / 61 / 72, printed digits all above 99.
 */
const TOLD = { mirrored: 0.8, upsideDown: 0.65, onItsSide: 0.65 } as const;

export interface AskedAlike {
  readonly ignore: readonly DifferenceName[];
  readonly matters: readonly DifferenceName[];
}

type Choice = readonly [isIgnored: boolean, reason: string];

export interface ChosenAlike {
  readonly settings: AlikeSettings;
  /** Why each is ignored or matters, as a sentence of the plan. */
  readonly reasons: Readonly<Record<DifferenceName, string>>;
}

/** What is not asked for follows from the pictures. */
export function chooseAlike({ ignore, matters }: AskedAlike, looked: Looked): ChosenAlike {
  const seen = looked.recognised;
  const told = (change: keyof typeof TOLD): string =>
    `${percent(seen![change], 0)} can be told from themselves ${CHANGE_WORDS[change]} (50 % is guessing)`;
  const usual = (name: DifferenceName): Choice => [USUALLY_IGNORED.includes(name), 'as usual'];
  const byPictures: Record<DifferenceName, Choice> = {
    colour: [false, looked.isGrey ? 'there are greys' : 'there is some'],
    brightness: usual('brightness'),
    scale: usual('scale'),
    mirror: seen === undefined ? usual('mirror') : [seen.mirrored < TOLD.mirrored, told('mirrored')],
    orientation: seen === undefined ? usual('orientation') : [seen.upsideDown < TOLD.upsideDown, told('upsideDown')],
  };
  const reasons: Partial<Record<DifferenceName, string>> = {};
  const ignored: DifferenceName[] = [];
  for (const name of DIFFERENCE_NAMES) {
    const isAsked = ignore.includes(name) || matters.includes(name);
    const [isIgnored, reason] = isAsked ? [ignore.includes(name), 'as asked for'] : byPictures[name];
    if (isIgnored) ignored.push(name);
    reasons[name] = `${isIgnored ? 'ignored' : 'matters'}: ${reason}`;
  }
  const settings = ignoring(ignored);
  const [brightness, contrast] = settings.jitter;
  const isHalf = settings.turns > 1 && !ignore.includes('orientation') && seen!.onItsSide >= TOLD.onItsSide;
  if (isHalf) reasons.orientation += `, but not by quarters: ${told('onItsSide')}`;
  return {
    settings: {
      ...settings,
      // Grey pictures have no colours to change.
      ...(looked.isGrey && { jitter: [brightness, contrast, 0, 0], greyscale: 0 }),
      ...(isHalf && { turns: 2 }),
    },
    reasons: reasons as Record<DifferenceName, string>,
  };
}

const CHANGE_WORDS = { mirrored: 'mirrored', upsideDown: 'upside down', onItsSide: 'on their sides' } as const;
