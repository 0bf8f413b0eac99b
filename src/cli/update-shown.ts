/** @file Updates a run as the commands do: shown, and stopped by Ctrl-C. */
import { ArgumentError } from '../core/errors.js';
import type { MachinesOptions } from '../machines/mpi.js';
import type { TrainEvent } from '../run/events.js';
import { type UpdateRunOptions, updateRun } from '../train/update.js';
import { sayFinished } from './finished.js';
import { indexFollows } from './index-follows.js';
import { interruptible } from './interrupt.js';
import { Output, paint } from './output.js';
import { withRanks } from './ranks.js';
import { TrainDisplay } from './train-display.js';
import { updateLines } from './update-lines.js';
import { commandLine } from './words.js';

/** @throws {ArgumentError} if a launcher has started several processes, unless that is to be ignored */
export async function updateShown(options: UpdateRunOptions, json: boolean, asked: MachinesOptions): Promise<void> {
  await withRanks(asked, async ({ size }) => {
    if (size === 1) return updateAlone(options, json);
    const resume = commandLine(['train', '--out', options.out, '--resume']);
    throw new ArgumentError(
      `update: expected one process, which brings the run to its pictures, got ${size} ranks. Start it without mpirun. To have ranks go on with the training of it, stop it with Ctrl-C, then: mpirun … ${resume}`,
    );
  });
}

async function updateAlone(options: UpdateRunOptions, json: boolean): Promise<void> {
  const { out } = options;
  const output = Output.of({ json });
  const startedAt = performance.now();
  const display = new TrainDisplay(output, out);
  const happened = { isUpdated: false, isTrained: false };
  const onEvent = (event: TrainEvent): void => {
    display.handle(event);
    if (event.kind === 'plan') happened.isTrained = true;
    if (event.kind !== 'updated') return;
    happened.isUpdated = event.update !== null;
    output.clear();
    for (const line of updateLines(event)) output.line(line);
  };
  const end = await interruptible((signal) => updateRun({ ...options, onEvent, signal }), {
    onFirst: () => output.note('saving… (Ctrl-C again ends at once)'),
  });
  output.clear();
  if (end === 'stopped') {
    process.exitCode = 130;
    if (!happened.isUpdated) {
      output.line('Stopped; the run is as it was.');
      return;
    }
    const command = commandLine(['train', '--out', out, '--resume']);
    output.line('Stopped; everything is saved. To go on:');
    output.line(`  ${paint('bold', command)}`);
    output.json({ kind: 'resume', command });
    return;
  }
  // Also where nothing has changed: it may have been stopped before.
  await indexFollows(output, out);
  if (!happened.isUpdated) return;
  if (happened.isTrained) {
    sayFinished(output, out, startedAt, ['search', out, 'a-picture.jpg', '--montage', 'nearest.png']);
  } else output.line('Rows alone: the encoder is as it was.');
}
