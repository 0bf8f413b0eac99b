/**
 * @file A multilayer perceptron learns which of three spirals a point is on.
 *
 * Training is a graph: a loss, its gradient, and what becomes of the weights. ONNX Runtime runs it again and again.
 *
 *     node dist/examples/perceptron.js
 */
import { floats, gather, grad, input, mean, relu, sub, type Value } from 'instdisc/graph';
import { linear, logSumExp, Random, rowDot, sgdUpdates, Variables } from 'instdisc/nn';
import { openBackend, Program, Step } from 'instdisc/runtime';

const [BATCH, SPIRALS, STEPS] = [128, 3, 1500];

/** Points on spirals, a little scattered: float32[batch, 2], and the spiral of each. */
function drawPoints(random: Random): { readonly x: number[]; readonly classes: number[] } {
  const classes = Array.from({ length: BATCH }, () => random.integer(SPIRALS));
  const points = classes.map((spiral) => {
    const radius = random.uniform();
    const angle = 6 * radius + (2 * Math.PI * spiral) / SPIRALS + 0.2 * random.normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return { x: points.flat(), classes };
}

/** Two hidden layers. @returns float32[batch, spirals], the logits */
function perceptron(variables: Variables, x: Value): Value {
  const hidden = relu(linear(variables, 'hidden1', x, 64));
  return linear(variables, 'out', relu(linear(variables, 'hidden2', hidden, 64)), SPIRALS);
}

const variables = new Variables('training');
const logits = perceptron(variables, input('x', [BATCH, 2]));
// The cross-entropy: log Σ exp(logits) less the logit of the right class, which a row of the unit matrix picks out.
const rightClass = gather(floats([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]), input('classes', [BATCH], 'int64'));
const loss = mean(sub(logSumExp(logits), rowDot(logits, rightClass)), [0]);
const updates = sgdUpdates(variables, grad(loss, variables.trainable), input('lr', []), { weightDecay: 1e-4 });

const backend = await openBackend('cpu', 1);
const step = await Step.create({ loss, ...updates }, backend);
step.load(variables.initialValues(0));
for (let i = 0; i < STEPS; i++) {
  const { loss } = await step.run({ ...drawPoints(new Random(0, 'sample', i)), lr: 0.1 * (1 - i / STEPS) });
  if (i % 300 === 0) console.log(`step ${i}  loss ${loss![0]!.toFixed(3)}`);
}

// A graph is what its outputs reach: for the logits alone that is neither the loss nor any gradient.
const trained = await Program.create({ logits }, backend);
const { x, classes } = drawPoints(new Random(1, 'sample')); // Points that it has not seen.
const found = (await trained.run({ x, ...Object.fromEntries(step.state) }))['logits']!;
const numRight = classes.filter((right, i) => {
  const own = found.subarray(SPIRALS * i, SPIRALS * (i + 1));
  return own.indexOf(Math.max(...own)) === right;
}).length;
console.log(`accuracy ${((100 * numRight) / BATCH).toFixed(1)} %, guessing ${(100 / SPIRALS).toFixed(1)} %`);
