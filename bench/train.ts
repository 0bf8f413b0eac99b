/** @file The training step, beside a large matrix product. */
import { openBackend } from '#src/runtime/device.js';
import { gemmRate } from '#src/runtime/speed.js';
import { type Options, type ReportRow, row } from './report.js';
import { chosenSteps, createStep, operations } from './steps.js';
import { inTurn, median, medianSeconds } from './timing.js';

const RUNS = 3;

export async function benchTrain(options: Options): Promise<ReportRow[]> {
  const backend = await openBackend('cpu', options.threads);
  const rows: ReportRow[] = [];
  for (const [name, measured] of await chosenSteps(options)) {
    const { batch } = measured.settings;
    const step = await createStep(measured, backend);
    const [ceiling, seconds] = (await inTurn(
      [() => gemmRate(backend), () => medianSeconds(() => step.run(), RUNS)],
      options.rounds,
    )) as [number[], number[]];
    await step.release();
    rows.push(
      row({
        work: `${name}, batch ${batch}`,
        figures: seconds.map((s) => batch / s),
        unit: 'pictures/s',
        reached: operations(measured) / median(seconds) / 1e9,
        ceiling: median(ceiling) / 1e9,
        ceilingUnit: 'GFLOP/s',
      }),
    );
  }
  return rows;
}
