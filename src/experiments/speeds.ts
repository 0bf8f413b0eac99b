/**
 * @file How fast this machine does what an experiment is made of, measured on its own pictures.
 *
 * Others may use the machine, too, now more and now less. So each kind of step is taken in turn with one that stays the
 * same, and what counts is how they compare; only the latter's own time is taken from the clock, over all of it.
 */

import { rm } from 'node:fs/promises';
import { formatCount } from '../core/format.js';
import { buildCache } from '../data/cache/cache-build.js';
import { cacheShortSide } from '../data/cache/cache-format.js';
import type { Picture } from '../data/picture.js';
import { lossNamed } from '../method/losses/named-losses.js';
import type { Settings } from '../method/settings.js';
import { resolveSettings } from '../run/config.js';
import { namedForm } from '../run/encoder-form.js';
import type { Backend } from '../runtime/device.js';
import { makeFolder } from '../store/files/make-folder.js';
import { startTrial, type Trial, type TrialOptions } from '../train/trial.js';
import type { RunSpec } from './experiment.js';
import { baseOf, type PictureForm, RECIPE, settingsOf } from './spec-settings.js';
import { batchFor, type LossSpeed, type Speeds } from './study-plan.js';

/** Pictures that steps are fed with. */
const SAMPLE = 1000;
/** Bank rows of the measured steps: few, and many where a loss compares with all. */
const FEW_ROWS = 5000;
const MANY_ROWS = 50_000;
/** A run builds the graphs of its step, of its monitor, and of the encoder that is measured. */
const GRAPHS = 3;

export interface SpeedsOptions {
  readonly specs: readonly RunSpec[];
  /** To learn from, in balanced order. */
  readonly pictures: readonly Picture[];
  readonly form: PictureForm;
  readonly backend: Backend;
  /** A folder that may be made and is removed afterwards. */
  readonly scratch: string;
  /** Widths to measure, one after the other. */
  readonly widths: readonly number[];
  /** Whether the next width is worth measuring, by what is known so far. */
  readonly goesOn: (width: number, speeds: Speeds) => boolean;
  /** Seconds that measuring a run takes beside encoding, for each labelled picture. */
  readonly measure: number;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Losses are measured with the first width; with the others only what the encoder takes. */
export async function measureSpeeds(options: SpeedsOptions): Promise<Speeds> {
  const { pictures, form, scratch, onProgress, signal } = options;
  const sample = pictures.slice(0, SAMPLE);
  await makeFolder(scratch);
  try {
    onProgress('decoding');
    const startedAt = performance.now();
    await buildCache(sample, scratch, { shortSide: cacheShortSide(form.size), ...(signal && { signal }) });
    const decode = (performance.now() - startedAt) / 1000 / sample.length;
    return await measureSteps(options, decode);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measureSteps(options: SpeedsOptions, decode: number): Promise<Speeds> {
  const { specs, pictures, widths, goesOn, measure, onProgress, signal } = options;
  const [narrowest, ...wider] = widths as [number, ...number[]];
  const few = Math.min(FEW_ROWS, pictures.length);
  const many = Math.min(MANY_ROWS, pictures.length);
  const trial: TrialOptions = {
    backend: options.backend,
    cacheDir: options.scratch,
    numCached: Math.min(SAMPLE, pictures.length),
  };
  const same = await startTrial(trial, namedForm(settingsAt(options, specs[0]!, narrowest)), few);
  await same.warmUp();
  try {
    /** Time of a step as a multiple of that of the one that stays the same. */
    const compare = async (spec: RunSpec, width: number, rows: number): Promise<number> => {
      signal?.throwIfAborted();
      onProgress(`steps of ${spec.label}, width ${width}, ${formatCount(rows)} rows`);
      return compareWith(same, trial, settingsAt(options, spec, width), rows);
    };
    const ratios = new Map<string, LossSpeed>();
    for (const spec of specs) {
      if (ratios.has(lossKey(spec))) continue;
      const atFew = await compare(spec, narrowest, few);
      const isGrowing = dependsOnRows(spec) && many > few;
      const perRow = isGrowing ? Math.max(0, ((await compare(spec, narrowest, many)) - atFew) / (many - few)) : 0;
      ratios.set(lossKey(spec), { fixed: atFew - perRow * few, perRow });
    }
    const ratioOf = (spec: RunSpec): LossSpeed => ratios.get(lossKey(spec))!;
    const cheapest = specs.reduce((best, spec) => (ratioOf(spec).fixed < ratioOf(best).fixed ? spec : best));
    const widthRatios: Record<string, number> = { [narrowest]: ratioOf(cheapest).fixed };
    const speeds = (): Speeds => {
      const unit = same.quietSeconds;
      return {
        train: Object.fromEntries(Object.entries(widthRatios).map(([width, ratio]) => [width, ratio * unit])),
        loss: Object.fromEntries(
          specs.map((spec) => {
            const { fixed, perRow } = ratioOf(spec);
            return [spec.name, { fixed: (fixed - ratioOf(cheapest).fixed) * unit, perRow: perRow * unit }];
          }),
        ),
        decode,
        measure,
        start: GRAPHS * same.startSeconds,
      };
    };
    let last = narrowest;
    for (const width of wider) {
      if (!goesOn(last, speeds())) break;
      widthRatios[width] = (await compare(cheapest, width, few)) - ratioOf(cheapest).perRow * few;
      last = width;
    }
    return speeds();
  } finally {
    await same.close();
  }
}

async function compareWith(same: Trial, options: TrialOptions, settings: Settings, rows: number): Promise<number> {
  const other = await startTrial(options, namedForm(settings), rows);
  try {
    return await same.compare(other);
  } finally {
    await other.close();
  }
}

function settingsAt({ pictures, form }: SpeedsOptions, spec: RunSpec, width: number): Settings {
  const shared = { ...form, width, batch: batchFor(pictures.length), epochs: 1, seed: 0 };
  return resolveSettings(RECIPE, settingsOf(spec, shared, false));
}

/** Runs of equal keys take equally long steps. */
function lossKey({ settings: { epochs, lr, ...rest } }: RunSpec): string {
  return JSON.stringify(rest);
}

function dependsOnRows(spec: RunSpec): boolean {
  const settings = baseOf(spec);
  const rows = (numImages: number): number =>
    lossNamed(settings.loss).numCompared(settings, { numImages, numClasses: 1 });
  return rows(2) > rows(1);
}
