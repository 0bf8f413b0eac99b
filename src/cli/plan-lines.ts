/** @file A training's plan, in words. */
import { basename } from 'node:path';
import { formatBytes, formatCount, formatDuration, plural } from '../core/format.js';
import type { ScanReport } from '../data/scan/scan.js';
import { lossNamed } from '../method/losses/named-losses.js';
import { cropSizes } from '../method/schedule.js';
import type { RunConfig } from '../run/config.js';
import type { Plan } from '../run/events.js';
import { compact, shortPath } from './words.js';

/** @param scan as it was before this training; undefined if it was not told */
export function planLines(plan: Plan, scan: ScanReport | undefined): [string, string][] {
  const { settings, device, threads, recipe } = plan.config;
  const formats = Object.entries(scan?.formats ?? {}).map(([format, count]) => `${formatCount(count)} ${format}`);
  const classes = plan.numClasses > 0 ? `, in ${plural(plan.numClasses, 'class', 'classes')}` : ', without labels';
  const [against, ...more] = lossNamed(settings.loss).describe(settings, {
    numImages: plan.numPictures,
    numClasses: plan.numClasses,
  });
  const loss = [against, `tau ${settings.tau}`, ...more].join(', ');
  const crops = [...new Set(cropSizes(settings))].join(', then ');
  const from = plan.firstStep > 0 ? `, going on from step ${formatCount(plan.firstStep)}` : '';
  return [
    ['pictures', `${formatCount(plan.numPictures)} (${formats.join(', ')})${classes}`],
    [
      'encoder',
      `${encoderInWords(plan.config)}, pictures of ${settings.size} pixels: ` +
        `${compact(plan.numParameters)} parameters, ${compact(plan.multiplyAdds)} multiply-adds a picture`,
    ],
    [
      'training',
      `recipe ${recipe}: ${epochsInWords(settings.epochs)} of ${plural(plan.stepsPerEpoch, 'step')}, ` +
        `batch ${settings.batch}, crops of ${crops} pixels, ${loss}${from}`,
    ],
    [
      'device',
      `${device}, ${ofRanks(plan.ranks)}${plural(threads, 'thread')}; about ${formatBytes(plan.memoryBytes)} of memory`,
    ],
    ...decidedLines(plan.config.decided ?? {}),
    ['time', `about ${formatDuration(plan.estimatedSeconds)}, ${timeReason(plan)}`],
    ['goes to', shortPath(plan.out)],
  ];
}

/** `4 ranks, each with `, which the threads and the memory follow. */
function ofRanks(ranks = 1): string {
  return ranks === 1 ? '' : `${plural(ranks, 'rank')}, each with `;
}

/** Ours by its name, or the file of the network, and how much of that stays as it is. */
function encoderInWords({ settings, network }: RunConfig): string {
  if (network === null) return `${settings.encoder}, width ${settings.width}`;
  const { freeze, freezeUntil, frozenCrops, dim } = settings;
  const kept = freeze
    ? `stays as it is, on ${frozenCrops} crops of each picture`
    : freezeUntil === ''
      ? 'all of it trained'
      : `stays as it is up to ${freezeUntil}`;
  return `${basename(network.path)}, ${kept}, and a linear layer to ${dim}`;
}

/** What the pictures have decided: alike reasons in one line. */
function decidedLines({ time: _, ...decided }: Readonly<Record<string, string>>): [string, string][] {
  const lines = new Map<string, string>();
  for (const [name, text] of Object.entries(decided)) {
    const before = lines.get(text);
    lines.set(text, before === undefined ? name : `${before}, ${name}`);
  }
  return Array.from(lines, ([text, names]) => [names, text]);
}

function timeReason({ config, isMeasured }: Plan): string {
  return (isMeasured ? config.decided?.['time'] : undefined) ?? 'guessed from the speed of this machine';
}

/** `7.4 epochs`. */
function epochsInWords(epochs: number): string {
  return Number.isInteger(epochs) ? plural(epochs, 'epoch') : `${epochs.toPrecision(3)} epochs`;
}
