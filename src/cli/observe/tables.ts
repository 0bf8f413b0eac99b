/** @file An observation as tables: in the terminal, and the second choices of each class as CSV. */
import { basename, dirname } from 'node:path';
import { csvText } from '../../core/csv-write.js';
import { formatCount, percent, plural } from '../../core/format.js';
import { printable } from '../../core/printable.js';
import type { Observation } from '../../experiments/observation/observe.js';
import { type Output, paint } from '../output.js';
import { type CsvOptions, csvStyle } from '../write-csv.js';

/** Classes told of each picture, and of each class. */
const NUM_RANKED = 4;
const NUM_NEXT = 3;
/** Rows of the table of classes; a file has them all. */
const NUM_CLASSES = 30;
const MOST_NAME = 16;

/** Prints accuracy, the ranking of each picture shown, and what comes next in each class. */
export function showObservation(output: Output, { classes, numTest, accuracy, pictures, byClass }: Observation): void {
  const width = Math.max(...classes.map((label) => Math.min(printable(label).length, MOST_NAME)));
  const name = (text: string): string => shortened(printable(text), width).padEnd(width);
  if (accuracy) {
    const { top1, top5 } = accuracy;
    output.line(
      `${plural(numTest, 'picture')} that ${numTest === 1 ? 'was' : 'were'} not learnt, of ${classes.length} classes: ${percent(top1)} told right, ${percent(top5)} among the first five.`,
    );
    output.line();
  }
  if (pictures.length === 0)
    output.line('No picture is told right, so none is shown. Train longer, or give --pictures.');
  else {
    output.line(paint('bold', 'Classes of largest response:'));
    const files = pictures.map(({ id }) => shortened(printable(`${basename(dirname(id))}/${basename(id)}`), 32));
    const fileWidth = Math.max(...files.map(({ length }) => length));
    pictures.forEach(({ label, responses }, i) => {
      const ranked = responses.slice(0, NUM_RANKED).map(({ label: ranked, probability }) => {
        const cell = `${name(ranked)} ${percent(probability).padStart(7)}`;
        return ranked === label ? paint('green', cell) : cell;
      });
      output.line(`  ${files[i]!.padEnd(fileWidth)}  ${ranked.join('   ').trimEnd()}`);
    });
  }
  if (byClass.length === 0) return;
  output.line();
  output.line(paint('bold', 'Which other class comes first, of the pictures of each class:'));
  output.line(paint('dim', `  ${name('class')}  pictures     right   next`));
  for (const { label, numPictures, accuracy: right, next } of byClass.slice(0, NUM_CLASSES)) {
    const others = next.slice(0, NUM_NEXT).map((other) => `${other.label} ${percent(other.share, 0)}`);
    output.line(
      `  ${name(label)}  ${formatCount(numPictures).padStart(8)}  ${percent(right).padStart(8)}   ${others.join(', ')}`,
    );
  }
  output.line(
    paint(
      'dim',
      `  If nothing were learnt, each of the others would come first for ${percent(1 / (classes.length - 1))}.`,
    ),
  );
  if (byClass.length > NUM_CLASSES)
    output.line(`  and ${plural(byClass.length - NUM_CLASSES, 'class', 'classes')} more`);
}

/** As CSV, how often each other class comes first, a row a class: the matrix of second choices. */
export function secondChoicesCsv({ classes, byClass }: Observation, options: CsvOptions): string {
  const rows = byClass.map(({ label, next }) => {
    const counts = new Map(next.map((other) => [other.label, other.count]));
    return [label, ...classes.map((other) => (other === label ? undefined : (counts.get(other) ?? 0)))];
  });
  return csvText([['class', ...classes], ...rows], csvStyle(options));
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
