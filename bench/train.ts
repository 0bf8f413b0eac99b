/** @file The training step, beside a large matrix product. */
import { openBackend } from '#src/runtime/device.js';
import { gemmRate } from '#src/runtime/speed.js';
import { chosen, type Options, type ReportRow, row } from './report.js';
import { createStep, operations, STEPS } from './steps.js';
import { inTurn, median, medianSeconds } from './timing.js';

const RUNS = 3;

export async function benchTrain(options: Options): Promise<ReportRow[]> {
  const backend = await openBackend('cpu', options.threads);
  const rows: ReportRow[] = [];
  for (const [name, settings] of chosen(STEPS, options)) {
    const step = await createStep(settings, backend);
    const [ceiling, seconds] = (await inTurn(
      [() => gemmRate(backend), () => medianSeconds(() => step.run(), RUNS)],
      options.rounds,
    )) as [number[], number[]];
    await step.release();
    rows.push(
      row({
        work: `${name}, batch ${settings.batch}`,
        figures: seconds.map((s) => settings.batch / s),
        unit: 'pictures/s',
        reached: operations(settings) / median(seconds) / 1e9,
        ceiling: median(ceiling) / 1e9,
        ceilingUnit: 'GFLOP/s',
      }),
    );
  }
  return rows;
}
