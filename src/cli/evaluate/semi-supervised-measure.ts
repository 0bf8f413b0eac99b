/** @file `--measure semi-supervised`: fine-tuning with few labels, against learning from just those. */
import { join } from 'node:path';
import { formatCount, formatDuration, formatRate, percent, plural } from '../../core/format.js';
import { semiSupervised } from '../../experiments/semi-supervised/semi-supervised.js';
import type {
  SemiSupervisedProgress,
  SemiSupervisedRow,
} from '../../experiments/semi-supervised/semi-supervised-options.js';
import { Interrupted } from '../interrupt.js';
import { type Output, paint } from '../output.js';
import { showSkipped } from '../skipped.js';
import { bar, counter, shortPath } from '../words.js';
import type { Measure } from './measure.js';

/** Widths of the table's columns. */
const LABELS = 26;
const STEPS = 8;
const CELL = 10;

const START_NAMES = { encoder: 'from the encoder', scratch: 'from scratch' };

export const semiSupervisedMeasure: Measure = {
  name: 'semi-supervised',
  summary: 'classes learnt from few labels, from the encoder and from scratch; it trains, so not in all',
  needs: ['reference', 'test'],
  takesLong: true,
  async run({ measured, options, output, signal }) {
    const { reference, test, exclude, fractions, steps, epochs, lr, seed, device, threads } = options;
    const count = counter('looking for pictures', 'files');
    let numRows = 0;
    try {
      const result = await semiSupervised({
        run: measured.run.path,
        reference: [reference!],
        test: [test!],
        ...(exclude && { exclude }),
        seed,
        ...(fractions && { fractions: fractions.map((percentage) => percentage / 100) }),
        ...(steps !== undefined && { steps }),
        ...(epochs !== undefined && { epochs }),
        ...(lr !== undefined && { lr }),
        ...(device && { device }),
        ...(threads !== undefined && { threads }),
        signal,
        onScan: (done) => output.live(count(done)),
        onProgress: (progress) => output.live(progressParts(progress)),
        onRow: (row) => {
          if (numRows++ === 0) showHead(output, row);
          showRow(output, row);
        },
      });
      output.clear();
      const { skipped, numShared } = result;
      if (numShared > 0) {
        output.line(`${plural(numShared, 'picture')} of the reference are in the test, too, and were not learnt from.`);
      }
      showSkipped(output, [...skipped.reference, ...skipped.test], 'the output of --json');
      output.line(paint('dim', `Kept in ${shortPath(join(measured.run.path, 'evaluations', 'semi-supervised'))}`));
      return result;
    } catch (error) {
      if (error !== signal.reason) throw error;
      throw new Interrupted('Stopped; what is learnt is saved, and the same command goes on with it.');
    }
  },
};

function progressParts({ fraction, start, task, done, ...speed }: SemiSupervisedProgress): string[] {
  const { picturesPerSecond, secondsLeft } = speed;
  return [
    `${share(fraction)} ${START_NAMES[start]}`,
    paint('cyan', bar(done)),
    ...(task === 'testing' ? ['testing'] : []),
    ...(picturesPerSecond === undefined ? [] : [formatRate(picturesPerSecond, 'pictures')]),
    ...(secondsLeft === undefined ? [] : [`${formatDuration(secondsLeft)} left`]),
  ];
}

/** What holds for all rows. */
function showHead(output: Output, { encoder: { numTest, numClasses } }: SemiSupervisedRow): void {
  output.line(`${formatCount(numTest)} test pictures of ${numClasses} classes, learnt from a part of the labels:`);
  const starts = Object.values(START_NAMES).map((name) => name.padStart(2 * CELL));
  output.line(paint('dim', `${' '.repeat(LABELS + STEPS)}${starts.join('')}`));
  output.line(paint('dim', line('labels', 'steps', 'top-1', 'top-5', 'top-1', 'top-5')));
}

function showRow(output: Output, { fraction, numPictures, steps, encoder, scratch }: SemiSupervisedRow): void {
  const labels = `${share(fraction)}, ${plural(numPictures, 'picture')}`;
  const accuracies = [encoder, scratch].flatMap(({ top1, top5 }) => [percent(top1), percent(top5)]);
  output.line(line(labels, formatCount(steps), ...accuracies));
}

function line(labels: string, steps: string, ...cells: readonly string[]): string {
  return `  ${labels}`.padEnd(LABELS) + steps.padStart(STEPS) + cells.map((cell) => cell.padStart(CELL)).join('');
}

/** 0.02 becomes `2 %`. */
function share(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(3))} %`;
}
