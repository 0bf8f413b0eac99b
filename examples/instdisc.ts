/**
 * @file InstDisc whole: unsupervised feature learning by non-parametric instance discrimination (Wu et al., CVPR 2018).
 *
 * Every picture is a class of its own. An encoder turns a picture into a point v on the unit sphere; a memory bank keeps
 * the point v_i of each picture i, as it was when the picture was last seen; and the encoder learns to tell from v which
 * picture it was shown, although it sees another crop each time. So pictures that look alike end up near each other.
 *
 *     node dist/examples/instdisc.js [epochs]
 */
import type { Rgb } from 'instdisc';
import { add, gather, grad, input, matmul, mean, mul, relu, scalar, sub, type Value } from 'instdisc/graph';
import { randomUnitRows } from 'instdisc/method';
import {
  batchNorm2d,
  conv2d,
  l2Normalize,
  linear,
  logSumExp,
  Random,
  rowDot,
  sgdUpdates,
  standardize,
  Variables,
} from 'instdisc/nn';
import { openBackend, Program, Step } from 'instdisc/runtime';
import { crops, draw, kindOf, NUM_KINDS, SIZE, whole } from './pictures.js';

const EPOCHS = Number(process.argv[2] ?? 120);
const [BATCH, DIM, TAU, LR, BANK_MOMENTUM, K] = [100, 64, 0.1, 0.15, 0.5, 20];
const [pictures, tests] = [await draw(600, 0), await draw(300, 600)];

// The encoder, v = f(x): four convolutions, each with half the pixels and twice the channels of the one before.
function encode(variables: Variables, images: Value): Value {
  let x = images;
  for (const [i, channels] of [16, 32, 64, 128].entries()) {
    x = conv2d(variables, `conv${i}`, x, channels, { kernel: 3, stride: i === 0 ? 1 : 2, padding: 1 });
    x = relu(batchNorm2d(variables, `bn${i}`, x));
  }
  return l2Normalize(standardize(variables, 'norm', linear(variables, 'fc', mean(x, [2, 3]), DIM)));
}

// The loss. P(i|v) = exp(v_i·v / τ) / Σ_j exp(v_j·v / τ), over all pictures j (eq. 2); it is −log P of the right i.
const variables = new Variables('training');
const images = input('images', [BATCH, 3, SIZE, SIZE]);
const v = encode(variables, images);
const allRows = input('bank', [pictures.length, DIM]);
const ownRows = gather(allRows, input('indices', [BATCH], 'int64'));
const logits = mul(matmul(v, allRows, { transB: true }), scalar(1 / TAU));
const loss = mean(sub(logSumExp(logits), mul(rowDot(ownRows, v), scalar(1 / TAU))), [0]);

// What becomes of the weights, by the gradient, and of the batch's rows in the bank, which move towards v.
const updates = sgdUpdates(variables, grad(loss, variables.trainable), input('lr', []), { weightDecay: 5e-4 });
const rows = l2Normalize(add(mul(ownRows, scalar(BANK_MOMENTUM)), mul(v, scalar(1 - BANK_MOMENTUM))));

const backend = await openBackend('cpu', 1);
const bank = new Float32Array(pictures.length * DIM);
randomUnitRows(bank, DIM, new Random(0, 'bank'));
const step = await Step.create({ loss, rows, ...updates }, backend, { bank });
step.load(variables.initialValues(0));

// To measure: the encoder alone, which normalises by the statistics it has gathered, not by those of the batch.
const encoder = await Program.create({ v: encode(new Variables('evaluation'), images) }, backend);
async function features(of: readonly Rgb[]): Promise<Float32Array> {
  const all = new Float32Array(of.length * DIM);
  for (let first = 0; first < of.length; first += BATCH) {
    const feeds = { images: whole(of.slice(first, first + BATCH)), ...Object.fromEntries(step.state) };
    all.set((await encoder.run(feeds))['v']!, first * DIM);
  }
  return all;
}

/** How many % of the test pictures are of the kind that their K nearest vote for, each with weight exp(s / τ) (3.4). */
async function accuracy(): Promise<string> {
  const [known, asked] = [await features(pictures), await features(tests)];
  const isRight = tests.map((_, test) => {
    const v = asked.subarray(test * DIM, (test + 1) * DIM);
    const s = pictures.map((_, row) => v.reduce((sum, x, d) => sum + x * known[row * DIM + d]!, 0));
    const nearest = [...s.keys()].sort((a, b) => s[b]! - s[a]!).slice(0, K);
    const votes = new Float64Array(NUM_KINDS);
    for (const row of nearest) votes[kindOf(row)]! += Math.exp(s[row]! / TAU);
    return votes.indexOf(Math.max(...votes)) === kindOf(test);
  });
  return `${((100 * isRight.filter(Boolean).length) / tests.length).toFixed(1)} %`;
}

console.log(`untrained: accuracy ${await accuracy()}, guessing ${(100 / NUM_KINDS).toFixed(1)} %`);
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const order = new Random(0, 'shuffle', epoch).permutation(pictures.length);
  const lr = (LR / 2) * (1 + Math.cos((Math.PI * epoch) / EPOCHS));
  let sum = 0;
  for (let first = 0; first < order.length; first += BATCH) {
    const indices = order.subarray(first, first + BATCH);
    const { loss, rows } = await step.run({ images: crops(pictures, indices, epoch), indices, lr });
    indices.forEach((index, i) => {
      bank.set(rows!.subarray(i * DIM, (i + 1) * DIM), index * DIM);
    });
    sum += (loss![0]! * BATCH) / order.length;
  }
  if ((epoch + 1) % 20 === 0) console.log(`epoch ${epoch + 1}: loss ${sum.toFixed(2)}, accuracy ${await accuracy()}`);
}
console.log(`trained: accuracy ${await accuracy()}`);
