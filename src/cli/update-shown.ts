/** @file Updates a run as the commands do: shown, and stopped by Ctrl-C. */
import { existsSync } from 'node:fs';
import type { TrainEvent } from '../run/events.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { type UpdateRunOptions, updateRun } from '../train/update.js';
import { sayFinished } from './finished.js';
import { interruptible } from './interrupt.js';
import { Output, paint } from './output.js';
import { TrainDisplay } from './train-display.js';
import { updateLines } from './update-lines.js';
import { commandLine } from './words.js';

export async function updateShown(options: UpdateRunOptions, json: boolean): Promise<void> {
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
  if (!happened.isUpdated) return;
  if (!happened.isTrained) {
    output.line('Rows alone: the encoder is as it was.');
    return;
  }
  sayFinished(output, out, startedAt, ['search', out, 'a-picture.jpg', '--montage', 'nearest.png']);
  const { indexPath, indexAddressPath } = await RunFolder.open(out);
  if (!existsSync(indexPath) && !existsSync(indexAddressPath)) return;
  output.note(
    `The run has an index of its own, by the encoder before: ${commandLine(['index', out, '…'])} encodes its pictures anew.`,
  );
}
