/** @file Shows a training while it goes on. */

import { join } from 'node:path';
import { formatCount, formatDuration, formatRate, percent, plural } from '../core/format.js';
import type { Skipped } from '../data/picture.js';
import type { ScanReport } from '../data/scan/scan.js';
import { numEpochs } from '../method/schedule.js';
import type { WeightsReport } from '../nn/init-weights.js';
import type { EpochRecord, StepReport, TrainEvent } from '../run/events.js';
import { scheduleStart } from '../run/run-update.js';
import { GUESSING_EPOCHS } from '../train/guessing.js';
import { networkLines } from './network-lines.js';
import { type Output, paint } from './output.js';
import { planLines } from './plan-lines.js';
import { showLabels } from './show-labels.js';
import { showAliases, showExcluded, showReadings, showSkipped } from './skipped.js';
import { bar, counter, shortPath } from './words.js';

/** A machine is told of progress at most this often; of everything else always. */
const JSON_MS = 1000;
/** What is told of progress. */
const FREQUENT: readonly TrainEvent['kind'][] = ['scanning', 'caching', 'cropping', 'step', 'encoding'];
/** Fewer pictures than this say little about what is alike. */
const FEW_PICTURES = 200;
/** Waiting less than this for pictures is nothing to worry about. */
const WAITING = 0.05;

/** Where a training stands that is one of several. */
export interface AmongOthers {
  /** Said in front of its progress. */
  readonly place: string;
  /** What is to come after it. */
  readonly secondsAfter: number;
}

/** Takes the events of one training. */
export class TrainDisplay {
  readonly #output: Output;
  readonly #out: string;
  readonly #others: AmongOthers | undefined;
  readonly #scanning = counter('looking for pictures', 'files');
  #caching: ReturnType<typeof counter> | undefined;
  #cropping: ReturnType<typeof counter> | undefined;
  #encoding: ReturnType<typeof counter> | undefined;
  #scan: ScanReport | undefined;
  #epochs = 0;
  #knn: number | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param out the run folder */
  constructor(output: Output, out: string, others?: AmongOthers) {
    this.#output = output;
    this.#out = out;
    this.#others = others;
  }

  readonly handle = (event: TrainEvent): void => {
    this.#tellMachine(event);
    switch (event.kind) {
      case 'scanning':
        this.#output.live(this.#scanning(event.done));
        break;
      case 'scanned':
        this.#scan = event.report;
        showExcluded(this.#output, event.report.excluded);
        showAliases(this.#output, event.report.aliases);
        showLabels(this.#output, event.report.labels);
        break;
      case 'passedOver':
        this.#output.line(
          `${plural(event.numPictures, 'picture')} came after the run had begun, and ${event.numPictures === 1 ? 'is' : 'are'} not learnt from.`,
        );
        break;
      case 'measuring':
        this.#output.live([event.what]);
        break;
      case 'caching':
        this.#caching ??= counter('decoding', 'pictures');
        this.#output.live(this.#caching(event.done, event.of));
        break;
      case 'cached':
        this.#listSkipped([...(this.#scan?.skipped ?? []), ...event.quarantined]);
        showReadings(this.#output, event.readings);
        break;
      case 'cropping':
        this.#cropping ??= counter('encoding', 'crops', event.done);
        this.#output.live(this.#cropping(event.done, event.of));
        break;
      case 'encoding':
        this.#encoding ??= counter('encoding', 'pictures', event.done);
        this.#output.live(this.#encoding(event.done, event.of));
        break;
      case 'damaged':
      case 'noted':
        this.#output.note(event.message);
        break;
      case 'doubt':
        this.#output.line(paint('yellow', event.message));
        break;
      case 'network':
        for (const [name, text] of networkLines(event)) {
          this.#output.line(`${paint('dim', name.padEnd(10))} ${text}`);
        }
        break;
      case 'initialised':
        for (const line of weightsLines(event.report)) this.#output.line(`${paint('dim', 'start'.padEnd(10))} ${line}`);
        break;
      case 'plan':
        this.#encoding = undefined;
        this.#epochs = scheduleStart(event.plan.config).firstEpoch + numEpochs(event.plan.config.settings);
        for (const [name, text] of planLines(event.plan, this.#scan)) {
          this.#output.line(`${paint('dim', name.padEnd(10))} ${text}`);
        }
        if (event.plan.numPictures < FEW_PICTURES) {
          this.#output.line(
            paint('yellow', 'So few pictures are too few to learn much from; hundreds or more are better.'),
          );
        }
        this.#output.line();
        break;
      case 'step':
        this.#output.live(stepParts(event.report, this.#knn, this.#others));
        break;
      case 'epoch':
        if (this.#knn === undefined) this.#tellKnn(event.record);
        this.#knn = event.record.knn;
        this.#output.line(epochLine(event.record, this.#epochs));
        if (event.record.guessing === GUESSING_EPOCHS) {
          this.#output.line(
            `${paint('yellow', 'No better than guessing')} for ${GUESSING_EPOCHS} epochs: nothing is learnt so far. If that stays, ` +
              'train anew with a lower --lr, or a longer warm-up (--set warmup=…).',
          );
        }
        break;
    }
  };

  /** Said once: what the kNN of the lines to come is. */
  #tellKnn({ knn, knnOf }: EpochRecord): void {
    if (knn === undefined || knnOf === undefined) return;
    const { k, tau, rows } = knnOf;
    this.#output.line(
      paint(
        'dim',
        `kNN: training pictures told right by the ${k} nearest of ${formatCount(rows)} rows of the bank, without their own, tau ${tau}`,
      ),
    );
  }

  #listSkipped(skipped: readonly Skipped[]): void {
    if (skipped.length === 0) return;
    showSkipped(this.#output, skipped, shortPath(join(this.#out, 'skipped.jsonl')));
    this.#output.line();
  }

  #tellMachine(event: TrainEvent): void {
    if (event.kind === 'scanned') {
      const { pictures, ...report } = event.report;
      this.#output.json({ kind: event.kind, numPictures: pictures.length, ...report });
    } else if (FREQUENT.includes(event.kind)) {
      const now = performance.now();
      if (now - this.#toldAt < JSON_MS) return;
      this.#toldAt = now;
      this.#output.json(event);
    } else this.#output.json(event);
  }
}

/** What a file of weights was good for. */
function weightsLines({ loaded, converted, isFolded, random, unused }: WeightsReport): string[] {
  const some = (names: readonly string[]): string =>
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return [
    `${loaded.length} of ${plural(loaded.length + random.length, 'tensor')} of the encoder from the file`,
    ...(random.length > 0 ? [`at random: ${some(random)}`] : []),
    ...(converted.length > 0 ? [`${converted.length} biases went into the batch normalisation after them`] : []),
    ...(isFolded
      ? ['no scales of batch normalisation in the file: features are the same, training rescales them']
      : []),
    ...(unused.length > 0 ? [`left out of the file: ${some(unused)}`] : []),
  ];
}

function stepParts(report: StepReport, knn: number | undefined, others: AmongOthers | undefined): string[] {
  const { epoch, epochs, step, steps, loss, picturesPerSecond, secondsLeft, waiting, communication = 0 } = report;
  return [
    ...(others === undefined ? [] : [others.place]),
    `epoch ${epoch}/${epochs}`,
    paint('cyan', bar(step / steps)),
    `loss ${loss.toFixed(3)}`,
    ...(knn === undefined ? [] : [`kNN ${percent(knn)}`]),
    formatRate(picturesPerSecond, 'pictures'),
    `${formatDuration(secondsLeft)} left`,
    ...(others === undefined ? [] : [`${formatDuration(secondsLeft + others.secondsAfter)} in all`]),
    ...(communication > 0 ? [`${(100 * communication).toFixed(0)} % between ranks`] : []),
    ...(waiting > WAITING ? [paint('yellow', `${(100 * waiting).toFixed(0)} % waiting for pictures`)] : []),
  ];
}

function epochLine(record: EpochRecord, epochs: number): string {
  const {
    epoch,
    loss,
    similarity,
    norm,
    uniformity,
    knn,
    guessing = 0,
    picturesPerSecond,
    seconds,
    communication,
  } = record;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${loss.toFixed(3)}${guessing < GUESSING_EPOCHS ? '' : paint('yellow', ', as by guessing')}`,
    `similarity ${similarity.toFixed(3)}`,
    `norm ${norm.toFixed(3)}`,
    `uniformity ${uniformity.toFixed(2)}`,
    ...(knn === undefined ? [] : [paint('bold', `kNN ${percent(knn)}`)]),
    formatRate(picturesPerSecond, 'pictures'),
    formatDuration(seconds),
    ...(communication === undefined ? [] : [`${(100 * communication).toFixed(0)} % between ranks`]),
  ].join('  ');
}
