/**
 * @file A training in one process on batches in two halves, each normalised by itself and computed after the other, by the
 * step of one process: what two ranks must come to.
 */

import { fromFloat16, toFloat16 } from '#src/core/half.js';
import { Random } from '#src/core/random.js';
import { grad } from '#src/graph/grad.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { gather } from '#src/graph/ops/indexing.js';
import { mean } from '#src/graph/ops/reduce.js';
import { concat, split } from '#src/graph/ops/shape.js';
import { input, type Outputs, scalar, type Value } from '#src/graph/value.js';
import { nextRows, randomUnitRows } from '#src/method/bank.js';
import { batchSoftmaxLoss } from '#src/method/losses/batch.js';
import type { Instances } from '#src/method/losses/loss.js';
import { lossNamed } from '#src/method/losses/named-losses.js';
import type { Settings } from '#src/method/settings.js';
import { smallerCrops, trainingStep } from '#src/method/step.js';
import type { Encoder } from '#src/nn/encoders/encoder.js';
import { l2Normalize } from '#src/nn/rows.js';
import { Variables } from '#src/nn/variables.js';
import { openBackend } from '#src/runtime/device.js';
import { Program } from '#src/runtime/program.js';

export interface HalvesOptions {
  readonly encoder: Encoder;
  readonly settings: Settings;
  readonly instances: Instances;
  /** By step and half. */
  readonly indices: readonly (readonly (readonly number[])[])[];
  readonly lr: number;
  readonly imagesOf: (step: number, half: number) => Float32Array;
}

type Numbers = Record<string, Float32Array>;

/** What a whole step comes to, before weights are changed. */
interface Halves {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly buffers: ReadonlyMap<string, Float32Array>;
  /** Of each half. */
  readonly rows: readonly Float32Array[];
}

const backend = await openBackend('cpu', 1);

export async function halvesOneByOne({
  encoder,
  settings: all,
  instances,
  indices,
  lr,
  imagesOf,
}: HalvesOptions): Promise<{ readonly losses: number[]; readonly tensors: ReadonlyMap<string, Float32Array> }> {
  const settings = { ...all, batch: all.batch / 2, checkpointActivations: false };
  const loss = lossNamed(settings.loss);
  const { graph, variables, head } = trainingStep(encoder, loss, settings, instances);
  const ofEncoder = variables.initialValues(settings.seed);
  const state = new Map([...ofEncoder, ...head.initialValues(settings.seed, ofEncoder.size)]);
  const parameters = [...variables.parameters.keys(), ...head.parameters.keys()];
  const momentum = new Map(parameters.map((name) => [name, new Float32Array(state.get(name)!.length)]));
  const bank = new Float32Array(instances.numImages * settings.dim);
  randomUnitRows(bank, settings.dim, new Random(settings.seed, 'bank'));
  const stored = (rows: Float32Array): Float32Array =>
    settings.bankDtype === 'float16' ? fromFloat16(toFloat16(rows)) : rows;
  bank.set(stored(bank));
  const running = [0, 1].map((half) => loss.start?.(settings, instances, half) ?? {});

  const whole =
    loss.name === 'batch' ? await Program.create(wholeBatch(encoder, settings, instances), backend) : undefined;
  const half = await Program.create(graph, backend);
  const zeros = Object.fromEntries(
    parameters.map((name) => [`${name}.momentum_buffer`, momentum.get(name)!.map(() => 0)]),
  );
  const crops = (images: Float32Array, number: number | string): Numbers => {
    const length = loss.views * settings.batch * 3 * settings.size ** 2;
    return { [`images${number}`]: images.subarray(0, length), [`local${number}`]: images.subarray(length) };
  };

  async function oneByOne(step: number): Promise<Halves> {
    const outputs: Numbers[] = [];
    for (const number of [0, 1]) {
      const places = Int32Array.from(indices[step]![number]!);
      outputs.push(
        await half.run({
          ...Object.fromEntries(state),
          ...zeros,
          ...crops(imagesOf(step, number), ''),
          ...running[number]!.feed?.(step, places),
          ...{ bank, lr: 0, indices: places },
        }),
      );
    }
    const average = (name: string): Float32Array => outputs[0]![name]!.map((x, i) => (x + outputs[1]![name]![i]!) / 2);
    const together = Object.fromEntries(Object.keys(outputs[0]!).map((name) => [name, average(name)]));
    for (const each of running) each.take?.(together);
    // Without momentum before, the buffer is the gradient with the decay of weights.
    return {
      loss: together['loss']![0]!,
      gradients: new Map(parameters.map((name) => [name, together[`next.${name}.momentum_buffer`]!])),
      buffers: new Map(Array.from(variables.buffers.keys(), (name) => [name, together[`next.${name}`]!])),
      rows: outputs.map((each) => each['rows']!),
    };
  }

  async function atOnce(step: number): Promise<Halves> {
    const outputs = await whole!.run({
      ...Object.fromEntries(state),
      ...crops(imagesOf(step, 0), 0),
      ...crops(imagesOf(step, 1), 1),
      ...{ bank, indices: indices[step]!.flat() },
    });
    return {
      loss: outputs['loss']![0]!,
      gradients: new Map(
        parameters.map((name) => [
          name,
          outputs[`gradient.${name}`]!.map((g, i) => g + settings.weightDecay * state.get(name)![i]!),
        ]),
      ),
      buffers: new Map(Array.from(variables.buffers.keys(), (name) => [name, outputs[`next.${name}`]!])),
      rows: [outputs['rows']!],
    };
  }

  const losses: number[] = [];
  for (const [step, ofHalves] of indices.entries()) {
    const { loss: nats, gradients, buffers, rows } = await (whole ? atOnce(step) : oneByOne(step));
    losses.push(nats);
    for (const name of parameters) {
      const buffer = momentum.get(name)!.map((m, i) => settings.momentum * m + gradients.get(name)![i]!);
      momentum.set(name, buffer);
      state.set(
        name,
        state.get(name)!.map((w, i) => w - lr * buffer[i]!),
      );
    }
    for (const [name, numbers] of buffers) state.set(name, numbers);
    const all = rows.flatMap((each) => [...stored(each)]);
    ofHalves.flat().forEach((place, i) => {
      bank.set(all.slice(i * settings.dim, (i + 1) * settings.dim), place * settings.dim);
    });
  }
  const names = [...variables.parameters.keys(), ...variables.buffers.keys()];
  const ofMomentum = Array.from(
    variables.parameters.keys(),
    (name) => [`${name}.momentum_buffer`, momentum.get(name)!] as const,
  );
  return {
    losses,
    tensors: new Map([...names.map((name) => [name, state.get(name)!] as const), ...ofMomentum, ['bank', bank]]),
  };
}

/** The loss within the whole batch, whose halves go through the encoder one after the other; one graph, without parts. */
function wholeBatch(encoder: Encoder, settings: Settings, instances: Instances): Outputs {
  const { batch, size, dim, bankShare, tau, bankMomentum } = settings;
  const variables = new Variables('training');
  const smaller = smallerCrops(lossNamed('batch'), settings);
  const [indices, bank] = [input('indices', [2 * batch], 'int64'), input('bank', [instances.numImages, dim])];
  const buffers: Map<string, Value>[] = [];
  const halves = [0, 1].map((half) =>
    variables.again(() => {
      const local =
        smaller &&
        encoder.build(variables, input(`local${half}`, [smaller.count * batch, 3, smaller.size, smaller.size]));
      const embedding = encoder.build(variables, input(`images${half}`, [2 * batch, 3, size, size]));
      buffers.push(new Map(variables.nextBuffers));
      return {
        crops: split(l2Normalize(embedding), 0, [batch, batch]),
        local: local ? split(l2Normalize(local), 0, Array(smaller!.count).fill(batch)) : [],
      };
    }),
  );
  const joined = (of: 'crops' | 'local'): Value[] =>
    halves[0]![of].map((first, i) => concat([first, halves[1]![of][i]!], 0));
  const [first, second] = joined('crops') as [Value, Value];
  const rows = gather(bank, indices);
  const loss = batchSoftmaxLoss([first, second], joined('local'), rows, bankShare, tau);
  const gradients = grad(loss, variables.trainable);
  return {
    loss,
    rows: nextRows(rows, l2Normalize(add(first, second)), bankMomentum),
    similarity: mean(rows, [0, 1]),
    ...Object.fromEntries([...variables.parameters.keys()].map((name, i) => [`gradient.${name}`, gradients[i]!])),
    ...Object.fromEntries(
      Array.from(buffers[0]!, ([name, value]) => [
        `next.${name}`,
        mul(add(value, buffers[1]!.get(name)!), scalar(0.5)),
      ]),
    ),
  };
}
