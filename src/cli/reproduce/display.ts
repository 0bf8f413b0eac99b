/** @file Shows the plan of an experiment, and how far it is. */
import { formatCount, formatDuration, percent, plural } from '../../core/format.js';
import type { Column, Experiment } from '../../experiments/experiment.js';
import type { ExperimentPlan, PlanLine } from '../../experiments/plan-file.js';
import type { RunResult } from '../../experiments/results.js';
import type { ExperimentEvent } from '../../experiments/run.js';
import type { TrainEvent } from '../../run/events.js';
import { type Output, paint } from '../output.js';
import { TrainDisplay } from '../train-display.js';
import { progressShown } from '../words.js';

/** @param finished names of the runs that are done already */
export function showPlan(
  output: Output,
  { title }: Experiment,
  plan: ExperimentPlan,
  finished: readonly string[],
): void {
  const { available, width, size, pictures, testPictures, batch, request, measuringSeconds } = plan;
  output.line(paint('bold', title));
  const facts: [string, string][] = [
    [
      'pictures',
      `${formatCount(pictures)} of ${formatCount(available.pictures)} to learn from, ${formatCount(testPictures)} of ` +
        `${formatCount(available.testPictures)}${available.isHeldOut ? ' held out' : ''} to test with, in ${plural(available.numClasses, 'class', 'classes')}`,
    ],
    ['encoder', `ResNet-18, width ${width}, pictures of ${size} pixels; batch ${batch}`],
    [
      'time',
      `about ${formatDuration(plan.seconds)}` +
        (request.budget === 'full'
          ? ''
          : ` of ${request.budget} min, ${formatDuration(measuringSeconds)} went into measuring`),
    ],
  ];
  for (const [name, text] of facts) output.line(`${paint('dim', name.padEnd(10))} ${text}`);
  output.line();
  const widest = Math.max(...plan.runs.map(({ label }) => label.length));
  const row = (name: string, pictures: string, epochs: string, steps: string, time: string): string =>
    `  ${name.padEnd(widest + 2)}${pictures.padStart(9)}${epochs.padStart(8)}${steps.padStart(9)}${time.padStart(14)}`;
  output.line(paint('dim', row('run', 'pictures', 'epochs', 'steps', 'time')));
  for (const { name, label, pictures, epochs, steps, seconds } of plan.runs) {
    const time = finished.includes(name) ? 'done' : formatDuration(seconds);
    output.line(row(label, formatCount(pictures), formatCount(epochs), formatCount(steps), time));
  }
}

/** Takes the events of an experiment. */
export class ExperimentDisplay {
  readonly #output: Output;
  readonly #columns: readonly Column[];
  #line: PlanLine | undefined;
  #secondsAfter = 0;
  #place = '';
  #training: TrainDisplay | undefined;
  readonly #measure = progressShown((parts) => this.#output.live([this.#place, ...parts]));

  constructor(output: Output, { columns }: Experiment) {
    this.#output = output;
    this.#columns = columns;
  }

  readonly handle = (event: ExperimentEvent): void => {
    switch (event.kind) {
      case 'run':
        this.#begin(event);
        break;
      case 'training':
        this.#train(event.out, event.event);
        break;
      case 'measuring':
        this.#measure(...event.progress);
        break;
      case 'measured':
        this.#showResult(event.result);
        break;
    }
  };

  #begin({ line, number, of, secondsAfter }: Extract<ExperimentEvent, { kind: 'run' }>): void {
    this.#line = line;
    this.#secondsAfter = secondsAfter;
    this.#place = `run ${number}/${of}`;
    this.#training = undefined;
    this.#output.line();
    this.#output.line(paint('bold', `${this.#place}  ${line.label}`));
    this.#output.json({ kind: 'run', ...line, number, of });
  }

  #train(out: string, event: TrainEvent): void {
    this.#training ??= new TrainDisplay(this.#output, out, {
      place: this.#place,
      secondsAfter: this.#secondsAfter,
    });
    this.#training.handle(event);
  }

  #showResult({ rows, ...result }: RunResult): void {
    for (const { label, values } of rows) {
      const cells = this.#columns.flatMap(({ name, title, unit }) => {
        const value = values[name];
        return value === undefined ? [] : [`${title} ${unit === 'number' ? value.toPrecision(3) : percent(value)}`];
      });
      this.#output.line(`${paint('green', label)}: ${cells.join(', ')}`);
    }
    this.#output.json({ kind: 'measured', rows, ...result, label: this.#line?.label });
  }
}
