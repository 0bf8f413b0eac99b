/** @file A rank that trains for some steps on random pictures, or a process alone; the first tells how fast. */
import { Random } from '#src/core/random.js';
import { lengthsOf } from '#src/data/batches/batch-maker.js';
import { openCommunicator } from '#src/machines/mpi.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { smallerCrops } from '#src/method/step.js';
import { openBackend } from '#src/runtime/device.js';
import { batchOfRank } from '#src/train/share-of-batch.js';
import { Trainer } from '#src/train/trainer.js';
import { chosenSteps, INSTANCES, type MeasuredStep } from './steps.js';
import { median } from './timing.js';

export interface RankFigures {
  /** Of all ranks. */
  readonly picturesPerSecond: number;
  /** Part of a step that goes by between ranks. */
  readonly communication: number;
}

const [name, threads, numSteps] = process.argv.slice(2) as [string, string, string];
const [[, { settings, encoder }]] = (await chosenSteps({ only: [name], rounds: 1, threads: 1 })) as [
  [string, MeasuredStep],
];
const machines = await openCommunicator();
const backend = await openBackend('cpu', Number(threads));
const loss = lossNamed(settings.loss);
const trainer = await Trainer.create(encoder, loss, settings, INSTANCES, backend, machines);
const batch = batchOfRank(settings, machines.size);
const local = smallerCrops(loss, settings);
const sizes = { views: loss.views, size: settings.size, ...(local && { local }) };
const random = new Random(0, 'sample', machines.rank);
const images = Float32Array.from({ length: lengthsOf(sizes, batch).reduce((sum, x) => sum + x) }, () =>
  random.normal(),
);
const indices = Int32Array.from({ length: batch }, (_, i) => machines.rank * batch + i);
const measured: { readonly seconds: number; readonly communication: number }[] = [];
// The first one prepares the others.
for (let step = 0; step <= Number(numSteps); step++) {
  await machines.barrier();
  const before = performance.now();
  await trainer.train({ step, epoch: 0, indices, images }, 0.01);
  const ms = performance.now() - before;
  if (step > 0) measured.push({ seconds: ms / 1000, communication: trainer.exchange.spentMs / ms });
}
const figures: RankFigures = {
  picturesPerSecond: settings.batch / median(measured.map(({ seconds }) => seconds)),
  communication: median(measured.map(({ communication }) => communication)),
};
if (machines.rank === 0) process.stdout.write(`${JSON.stringify(figures)}\n`);
await trainer.release();
await machines.close();
