/** @file Where the time of a training step goes, operator by operator. */
import { openBackend } from '#src/runtime/device.js';
import { profile } from '#src/runtime/profile.js';
import { type Options, printColumns } from './report.js';
import { chosenSteps, createStep } from './steps.js';

/** Rows below this part of the step are left out, and counted. */
const LEAST_SHARE = 0.003;

export async function printProfiles(options: Options, byShape: boolean, json: boolean): Promise<void> {
  const backend = await openBackend('cpu', options.threads);
  for (const [name, measured] of await chosenSteps(options)) {
    const times = await profile(
      (prefix) => createStep(measured, backend, prefix),
      (step) => step.run(),
      { runs: options.rounds, byShape },
    );
    if (json) {
      console.log(JSON.stringify({ part: 'profile', step: name, threads: options.threads, times }));
      continue;
    }
    const total = times.reduce((sum, { ms }) => sum + ms, 0);
    const shown = times.filter(({ ms }) => ms >= LEAST_SHARE * total);
    printColumns([
      [`${name}, batch ${measured.settings.batch}`, 'calls', 'ms a step', 'share'],
      ...shown.map(({ operator, calls, ms }) => [operator, String(calls), ms.toFixed(1), (ms / total).toFixed(3)]),
      [`${times.length - shown.length} others, and all`, '', total.toFixed(1), '1'],
    ]);
  }
}
