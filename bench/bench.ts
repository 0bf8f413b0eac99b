/**
 * @file `npm run bench`: speed of the training step beside the yardstick of a large matrix product, in one process.
 *
 *     npm run bench -- [--width 64] [--batch 128] [--images 50000] [--loss softmax] [--encoder resnet18] [--json]
 *
 * The two are measured in turn, several times, and the best of each is taken: on a shared machine the best is the
 * run that was disturbed least, and a ratio of two bests says more than two times.
 */
import { parseArgs } from 'node:util';
import { Random } from '#src/core/random.js';
import { multiplyAdds } from '#src/graph/cost.js';
import { randomUnitRows } from '#src/method/bank.js';
import { encodeGraph } from '#src/method/encode.js';
import { viewsOf } from '#src/method/step.js';
import { resnet } from '#src/nn/encoders/resnet.js';
import { Variables } from '#src/nn/variables.js';
import { openBackend } from '#src/runtime/device.js';
import { gemmRate } from '#src/runtime/speed.js';
import { Step } from '#src/runtime/step.js';
import { resolveSettings } from '#src/train/config.js';
import { stepOf } from '#src/train/trainer.js';

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '64' },
    batch: { type: 'string', default: '128' },
    images: { type: 'string', default: '50000' },
    loss: { type: 'string', default: 'softmax' },
    encoder: { type: 'string', default: 'resnet18' },
    recipe: { type: 'string', default: 'cifar10' },
    rounds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
});
const numImages = Number(values.images);
const settings = resolveSettings(values.recipe as 'cifar10', {
  width: Number(values.width),
  batch: Number(values.batch),
  loss: values.loss,
  encoder: values.encoder,
});

const backend = await openBackend('cpu');
const encoder = resnet(settings.encoder, settings);
const { graph, variables } = stepOf(encoder, settings, numImages);
const step = await Step.create(graph, backend);
await fill(step);

let gemm = 0;
let stepSeconds = Number.POSITIVE_INFINITY;
for (let round = 0; round < Number(values.rounds); round++) {
  gemm = Math.max(gemm, await gemmRate(backend));
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await step.run();
    stepSeconds = Math.min(stepSeconds, (performance.now() - start) / 1000);
  }
}

// Forward, gradient of the input and gradient of the weight cost the same; the bank's product has no weight gradient.
const encoding = encodeGraph(encoder, { batch: 1, size: settings.size }, new Variables('evaluation'));
const rows = { softmax: numImages, nce: settings.negatives, batch: settings.batch }[settings.loss];
const views = viewsOf(settings.loss);
const flops = 2 * settings.batch * views * (3 * multiplyAdds(encoding) + 2 * rows * settings.dim);
const result = {
  encoder: settings.encoder,
  stem: settings.stem,
  width: settings.width,
  size: settings.size,
  batch: settings.batch,
  loss: settings.loss,
  images: numImages,
  threads: backend.threads,
  channelBlock: backend.target.channelBlock ?? null,
  secondsPerStep: round(stepSeconds, 4),
  picturesPerSecond: round(settings.batch / stepSeconds, 1),
  gflopsStep: round(flops / stepSeconds / 1e9, 1),
  gflopsGemm: round(gemm / 1e9, 1),
  ratio: round(flops / stepSeconds / gemm, 3),
};
if (values.json) console.log(JSON.stringify(result));
else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(18)} ${value}`);

/** Random pictures and rows: zeros would be computed as fast, but denormals and NaN would not. */
async function fill({ inputs, state }: Step): Promise<void> {
  const random = new Random(0, 'sample');
  for (const [name, array] of variables.initialValues((i) => new Random(0, 'init', i))) state.get(name)!.set(array);
  const images = inputs['images'] as Float32Array;
  for (let i = 0; i < images.length; i++) images[i] = random.normal();
  (inputs['indices'] as BigInt64Array).forEach((_, i, indices) => {
    indices[i] = BigInt(i);
  });
  randomUnitRows(inputs['bank'] as Float32Array, settings.dim, new Random(0, 'bank'));
  (inputs['lr'] as Float32Array)[0] = 0.01;
  const negatives = inputs['negatives'] as BigInt64Array | undefined;
  negatives?.forEach((_, i) => {
    negatives[i] = BigInt(random.integer(numImages));
  });
}

function round(x: number, digits: number): number {
  return Number(x.toFixed(digits));
}
