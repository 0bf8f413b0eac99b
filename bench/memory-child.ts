/** @file The process whose memory is measured: it runs a few steps and tells its parent what they took. */
import { lower } from '#src/graph/lower.js';
import { peakBytes } from '#src/graph/memory.js';
import { openBackend } from '#src/runtime/device.js';
import { chosenSteps, createStep, type MeasuredStep, trainingStepOf } from './steps.js';

export interface Usage {
  /** Greatest resident size less that before the step was built, in bytes. */
  readonly peak: number;
  /** Bytes of the step's own arrays, and of the results that are needed at one time. */
  readonly needed: number;
}

const NUM_STEPS = 4;

const [[, measured]] = (await chosenSteps({ only: [process.argv[2]!], rounds: 1, threads: 1 })) as [
  [string, MeasuredStep],
];
const backend = await openBackend('cpu', Number(process.argv[3]));
const before = process.memoryUsage.rss();
const step = await createStep(measured, backend);
for (let i = 0; i < NUM_STEPS; i++) await step.run();
const peak = process.resourceUsage().maxRSS * 1024 - before;

const arrays = [
  ...step.state.values(),
  ...step.state.values(),
  ...Object.values(step.inputs),
  ...Object.values(step.outputs),
];
const needed =
  arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) +
  peakBytes(lower(trainingStepOf(measured).graph, backend.target));
const usage: Usage = { peak, needed };
process.send!(usage);
process.disconnect();
