/** @file Memory of the training step: what a process of its own holds at its peak, beyond what it held before. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Usage } from './memory-child.js';
import { type Options, type ReportRow, row } from './report.js';
import { chosenSteps } from './steps.js';

export async function memory(options: Options): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for (const [name, { settings }] of await chosenSteps(options)) {
    const child = fork(new URL('./memory-child.js', import.meta.url), [name, String(options.threads)]);
    const [{ peak, needed }] = (await once(child, 'message')) as [Usage];
    rows.push(
      row({
        work: `${name}, batch ${settings.batch}`,
        figures: [peak / 2 ** 20],
        unit: 'MiB',
        // The nearer to what is needed, the better: so this way round.
        reached: needed / 2 ** 20,
        ceiling: peak / 2 ** 20,
        ceilingUnit: 'MiB needed',
      }),
    );
  }
  return rows;
}
