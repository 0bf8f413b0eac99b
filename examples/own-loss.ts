/**
 * @file A loss of one's own: alignment and uniformity (Wang & Isola, ICML 2020) in the place of the softmax.
 *
 * Two crops of a picture shall be near each other, and all pictures spread over the sphere. A loss is a function from
 * graph to graph, and an object that says what a step must know of it: write yours in its place, the rest stays.
 *
 *     node dist/examples/own-loss.js [epochs]
 */
import { add, exp, input, log, matmul, mean, mul, scalar, sub, type Value } from 'instdisc/graph';
import { type Loss, RECIPES, randomUnitRows, trainingStep } from 'instdisc/method';
import { encoderNamed, l2Normalize, Random, rowDot, Variables } from 'instdisc/nn';
import { openBackend, Program, Step } from 'instdisc/runtime';
import { crops, draw, kindOf, NUM_KINDS, SIZE, whole } from './pictures.js';

const EPOCHS = Number(process.argv[2] ?? 40);
const [BATCH, DIM, LR] = [60, 64, 0.1];
const [pictures, tests] = [await draw(600, 0), await draw(300, 600)];

/**
 * E ‖v − v'‖² + log E exp(−2 ‖v_i − v'_j‖²) over a batch.
 *
 * @param v float32[batch, dim], unit rows: of one crop of each picture
 * @param other float32[batch, dim], unit rows: of another
 * @returns float32[]
 */
function alignmentAndUniformity(v: Value, other: Value): Value {
  // Of unit vectors, ‖a − b‖² = 2 − 2 a·b.
  const squaredDistance = (similarity: Value): Value => sub(scalar(2), mul(scalar(2), similarity));
  const alignment = mean(squaredDistance(rowDot(v, other)), [0]);
  const apart = squaredDistance(matmul(v, other, { transB: true }));
  return add(alignment, log(mean(exp(mul(apart, scalar(-2))), [0, 1])));
}

const loss: Loss = {
  name: 'alignment',
  sentence: 'drawn to its other crop, and all are spread over the sphere',
  settings: [],
  views: 2,
  describe: () => ['alignment and uniformity'],
  numCompared: ({ batch }) => batch,
  build: ({ features: [v, other] }) => ({ loss: alignmentAndUniformity(v!, other!) }),
};

// The step of every training: forward, loss, backward, SGD, and new rows of the memory bank, which a loss may learn from.
const network = encoderNamed('resnet10', { stem: 'cifar', width: 8, dim: DIM, featureNorm: true });
const settings = { ...RECIPES.folder, size: SIZE, batch: BATCH, dim: DIM };
const { graph, variables } = trainingStep(network, loss, settings, { numImages: pictures.length, numClasses: 0 });

const backend = await openBackend('cpu', 1);
const bank = new Float32Array(pictures.length * DIM);
randomUnitRows(bank, DIM, new Random(0, 'bank'));
const step = await Step.create(graph, backend, { bank });
step.load(variables.initialValues(0));

/** How many % of the test pictures are of the kind of the picture nearest to them. */
async function accuracy(): Promise<string> {
  const all = [...pictures, ...tests];
  const images = input('images', [all.length, 3, SIZE, SIZE]);
  const encoder = await Program.create(
    { v: l2Normalize(network.build(new Variables('folded', step.state), images)) },
    backend,
  );
  const features = (await encoder.run({ images: whole(all) }))['v']!;
  await encoder.release();
  const row = (i: number): Float32Array => features.subarray(i * DIM, (i + 1) * DIM);
  const isRight = tests.map((_, test) => {
    const asked = row(pictures.length + test);
    const s = pictures.map((_, known) => row(known).reduce((sum, x, d) => sum + x * asked[d]!, 0));
    return kindOf(s.indexOf(Math.max(...s))) === kindOf(test);
  });
  return `${((100 * isRight.filter(Boolean).length) / tests.length).toFixed(1)} %`;
}

console.log(`untrained: accuracy ${await accuracy()}, guessing ${(100 / NUM_KINDS).toFixed(1)} %`);
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const order = new Random(0, 'shuffle', epoch).permutation(pictures.length);
  const lr = (LR / 2) * (1 + Math.cos((Math.PI * epoch) / EPOCHS));
  for (let first = 0; first < order.length; first += BATCH) {
    const indices = order.subarray(first, first + BATCH);
    const images = new Float32Array(2 * BATCH * 3 * SIZE * SIZE); // All first crops, then all second.
    images.set(crops(pictures, indices, 2 * epoch));
    images.set(crops(pictures, indices, 2 * epoch + 1), images.length / 2);
    const { rows } = await step.run({ images, indices, lr });
    indices.forEach((index, i) => {
      bank.set(rows!.subarray(i * DIM, (i + 1) * DIM), index * DIM);
    });
  }
  if ((epoch + 1) % 10 === 0) console.log(`epoch ${epoch + 1}: loss ${step.outputs['loss']![0]!.toFixed(2)}`);
}
console.log(`trained: accuracy ${await accuracy()}`);
