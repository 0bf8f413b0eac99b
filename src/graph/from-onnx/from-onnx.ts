/** @file Reads an ONNX model into a network of our graph: for one size of pictures, and any size of batch. */
import { ArgumentError, DataError } from '../../core/errors.js';
import { TRIED_BATCHES } from '../evenly.js';
import { conv } from '../ops/conv.js';
import { add, div, mul, sqrt, sub } from '../ops/elementwise.js';
import { channelAffine } from '../ops/normalization.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/shape.js';
import { type ConstantValue, floats, input, scalar, topologicalOrder, type Value } from '../value.js';
import { featureCut, pooledFeature } from './feature-cut.js';
import type { ShapesOfOne } from './fixed-batch.js';
import { foldModel } from './fold-model.js';
import { type ImageInput, type ImageLayout, imageInput } from './image-input.js';
import { inlineFunctions } from './inline-functions.js';
import { nodesBehind } from './node-names.js';
import { ofBatch } from './of-batch.js';
import { type OnnxGraph, type OnnxModel, parseOnnx } from './onnx-model.js';
import { type ExternalData, noExternal, type OnnxTensor, toFloats } from './onnx-tensor.js';
import type { BatchNormTensors, NamedTensor, TensorsOfNetwork } from './operands.js';
import { ModelReading, type ReadingPlan } from './reading.js';

/**
 * Runs a model of what depends on shapes and constants alone; `evaluateOnnx` of `instdisc/runtime` is one.
 *
 * @param model an ONNX model
 * @param feeds of each run, by the names of inputs
 * @returns of each run, by the names of outputs
 */
export type Evaluate = (
  model: Uint8Array,
  feeds: readonly Readonly<Record<string, OnnxTensor>>[],
) => Promise<readonly Readonly<Record<string, OnnxTensor>>[]>;

export interface FromOnnxOptions {
  /** Computes what depends on shapes and constants alone. */
  readonly evaluate: Evaluate;
  /**
   * Of the pictures, in pixels; needed where the model leaves it open. One that is made for pictures of one size is read
   * for others, too, where its tensors fit them, as those of convolutions that are averaged in the end do.
   */
  readonly height?: number;
  readonly width?: number;
  /** Where features are taken: the name of a node or a value; by default before the classifier, pooled. */
  readonly cut?: string;
  /** Whether colours are the second axis of what the model takes, or the last; by default as its shape says. */
  readonly layout?: ImageLayout;
  /** Gives the files beside the model that hold its weights, by the locations that it names. */
  readonly external?: ExternalData;
}

/** A network that was read: its tensors by the names they have in the file, and a function from pictures to features. */
export interface Network {
  readonly input: ImageInput & { readonly height: number; readonly width: number };
  /** Length of its features. */
  readonly dim: number;
  /** Which value is the feature, in words. */
  readonly feature: string;
  /** What is trained, in the order in which pictures meet it. */
  readonly parameters: ReadonlyMap<string, ConstantValue>;
  /** Running statistics of batch normalisation. */
  readonly buffers: ReadonlyMap<string, ConstantValue>;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * The network for a batch of pictures.
   *
   * @param images float32[batch, 3, height, width], as it wants them normalised
   * @param tensors how its tensors enter the graph; as constants, with batch normalisation by running statistics, if absent
   * @returns float32[batch, dim], not normalised
   */
  build(images: Value, tensors?: TensorsOfNetwork): Value;
}

/**
 * Reads an ONNX model, of operator sets 7 to 23, as a network from pictures to features.
 *
 * @throws {DataError} if it is no such model, damaged, or takes something else than pictures
 * @throws {OperatorError} if it has an operator that is not known here
 * @throws {ArgumentError} if it cannot be read for pictures of the size that is given
 */
export async function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions): Promise<Network> {
  const model = parseOnnx(bytes, options.external ?? noExternal);
  const graph = inlineFunctions(model);
  const taken = imageInput(graph, options.layout);
  const image = sized(taken, options);
  try {
    return await readFor(image, graph, model, options);
  } catch (error) {
    for (const side of ['height', 'width'] as const) {
      if ((taken[side] ?? image[side]) === image[side]) continue;
      throw new ArgumentError(
        `${side}: expected ${taken[side]} pixels, as the model is made for, got ${image[side]}: ${(error as Error).message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Reads it for pictures of one size. */
async function readFor(
  image: Network['input'],
  graph: OnnxGraph,
  model: OnnxModel,
  options: FromOnnxOptions,
): Promise<Network> {
  const cut = featureCut(graph, options.cut);
  const nodes = nodesBehind([cut.name], graph.nodes);
  const ofAny: ReadingPlan = { graph, nodes, opsets: model.opsets, input: image.name };
  const plan =
    image.batch === undefined
      ? ofAny
      : { ...ofAny, shapesOfOne: await shapesOfOne(ofAny, image, model, options.evaluate) };
  const known = await knownNumbers(plan, image, model, options.evaluate);
  const build = (images: Value, tensors: TensorsOfNetwork): { value: Value; words: string } => {
    const reading = new ModelReading(plan, asTaken(images, image), tensors);
    const steps = reading.run();
    const batch = images.shape[0]!;
    for (let step = steps.next(); !step.done; ) {
      step = steps.next(new Map(step.value.map((name) => [name, known.get(name)!(batch)])));
    }
    return pooledFeature(reading.value(cut.name), batch, [image.height, image.width]);
  };

  const used = new TensorsUsed();
  const { value, words } = build(input('images', [1, 3, image.height, image.width]), used);
  const reached = new Set(topologicalOrder([value]).flatMap(({ inputs }) => inputs));
  const among = (tensors: ReadonlyMap<string, ConstantValue>): Map<string, ConstantValue> =>
    new Map([...tensors].filter(([, tensor]) => reached.has(tensor)));
  if (![...reached].some(({ kind }) => kind === 'input')) {
    throw new DataError(
      `feature '${cut.name}': expected one that pictures decide, got a constant. Choose another with --cut.`,
    );
  }
  return {
    input: image,
    dim: value.shape[1]!,
    feature: [words, cut.words].filter((part) => part !== '').join(' of '),
    parameters: among(used.parameters),
    buffers: used.buffers,
    metadata: model.metadata,
    build: (images, tensors = new TensorsUsed()) => build(images, tensors).value,
  };
}

function sized(image: ImageInput, given: FromOnnxOptions): Network['input'] {
  const side = (name: 'height' | 'width'): number => {
    const pixels = given[name] ?? image[name];
    if (pixels === undefined) {
      throw new ArgumentError(
        `${name}: expected a number of pixels, since the model leaves it open, got none. Give --size.`,
      );
    }
    return pixels;
  };
  return { ...image, height: side('height'), width: side('width') };
}

/** How bright red, green and blue are, by ITU-R BT.601: as Pillow and OpenCV make pictures grey. */
const BRIGHTNESS = floats([0.299, 0.587, 0.114], [1, 3, 1, 1]);

/** Images in the colours and the layout that the model takes. */
function asTaken(images: Value, { layout, isGrey }: ImageInput): Value {
  const taken = isGrey ? conv(images, BRIGHTNESS) : images;
  return layout === 'nchw' ? taken : transpose(taken, [0, 2, 3, 1]);
}

/** All that is to be known of shapes and constants, as functions of the batch. */
async function knownNumbers(
  plan: ReadingPlan,
  image: Network['input'],
  model: OnnxModel,
  evaluate: Evaluate,
): Promise<Map<string, (batch: number) => OnnxTensor>> {
  const found = await computed(plan, image, model, evaluate, TRIED_BATCHES);
  return new Map(Array.from(found.numbers, ([name, tensors]) => [name, ofBatch(name, tensors)]));
}

/** What depends on shapes and constants alone for some batches, which go through the model together; and all shapes. */
async function computed(
  plan: ReadingPlan,
  image: Network['input'],
  model: OnnxModel,
  evaluate: Evaluate,
  batches: readonly number[],
): Promise<{ numbers: Map<string, OnnxTensor[]>; shapes: ShapesOfOne }> {
  const numbers = new Map<string, OnnxTensor[]>();
  const tensors = new TensorsUsed();
  const readings = batches.map(
    (batch) => new ModelReading(plan, asTaken(input('images', [batch, 3, image.height, image.width]), image), tensors),
  );
  const runs = readings.map((reading) => reading.run());
  let steps = runs.map((run) => run.next());
  while (!steps[0]!.done) {
    const wants = steps[0]!.value;
    if (steps.some(({ done, value }) => done || value.join() !== wants.join())) {
      throw new DataError('expected a network that does the same for any number of pictures, got one that does not.');
    }
    const folded = foldModel(wants, (name) => readings[0]!.binding(name), model);
    const feeds = readings.map((reading) =>
      Object.fromEntries(folded.inputs.map((name) => [name, reading.binding(name).tensor!])),
    );
    const answers = await evaluate(folded.bytes, feeds);
    for (const name of wants)
      numbers.set(
        name,
        answers.map((answer) => answer[name]!),
      );
    steps = runs.map((run, i) => run.next(new Map(wants.map((name) => [name, answers[i]![name]!]))));
  }
  return { numbers, shapes: readings[0]!.shapes() };
}

/** Shapes for one picture, of a model that takes no other number. */
async function shapesOfOne(
  plan: ReadingPlan,
  image: Network['input'],
  model: OnnxModel,
  evaluate: Evaluate,
): Promise<ShapesOfOne> {
  if (image.batch !== 1) {
    throw new DataError(
      `input '${image.name}': expected a model for any number of pictures, or for one, got one for ${image.batch}. Export it with the first axis left open.`,
    );
  }
  return (await computed(plan, image, model, evaluate, [1])).shapes;
}

/** Tensors as constants under their names, remembered in the order in which they are used. */
class TensorsUsed implements TensorsOfNetwork {
  readonly parameters = new Map<string, ConstantValue>();
  readonly buffers = new Map<string, ConstantValue>();

  parameter(tensor: NamedTensor): Value {
    return constantAmong(this.parameters, tensor);
  }

  batchNorm(x: Value, { weight, bias, mean, variance }: BatchNormTensors, epsilon: number): Value {
    return normalizeChannels(
      x,
      constantAmong(this.parameters, weight),
      constantAmong(this.parameters, bias),
      constantAmong(this.buffers, mean),
      constantAmong(this.buffers, variance),
      epsilon,
    );
  }
}

function constantAmong(known: Map<string, ConstantValue>, { name, tensor }: NamedTensor): Value {
  const constant = known.get(name) ?? floats(toFloats(tensor), tensor.shape, name);
  known.set(name, constant);
  return constant;
}

/** Batch normalisation by given statistics. @param x float32[n, c, ...] */
function normalizeChannels(x: Value, weight: Value, bias: Value, mean: Value, variance: Value, epsilon: number): Value {
  const scale = div(weight, sqrt(add(variance, scalar(epsilon))));
  const shift = sub(bias, mul(mean, scale));
  if (x.shape.length === 4) return channelAffine(x, scale, shift);
  const perChannel = (vector: Value): Value => reshape(vector, [x.shape[1]!, ...x.shape.slice(2).map(() => 1)]);
  return add(mul(x, perChannel(scale)), perChannel(shift));
}
