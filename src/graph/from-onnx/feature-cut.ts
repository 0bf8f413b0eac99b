/** @file Where the features of a network are taken: which value, and how images of features become a row. */
import { DataError } from '../../core/errors.js';
import { mean } from '../ops/reduce.js';
import { flatten, reshape } from '../ops/reshape.js';
import { split } from '../ops/shape.js';
import { show, type Value } from '../value.js';
import type { OnnxGraph, OnnxNode } from './onnx-model.js';

/** A value of the model, and in words which it is. */
export interface FeatureCut {
  readonly name: string;
  readonly words: string;
}

/** Outputs that are features, by the names that exporters give them, the best first. */
const FEATURE_OUTPUTS = [
  /^image_embeds$/,
  /^image_features$/,
  /^pooler_output$/,
  /embed|feature/i,
  /^last_hidden_state$/,
];

/** What a classifier's scores pass through after it. */
const AFTER_SCORES = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Cast', 'Dropout'],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Add', 'Sub', 'Mul', 'Div'],
]);
const POOLS = new Set(['GlobalAveragePool', 'ReduceMean', 'AveragePool', 'GlobalMaxPool']);
/** Of a classifier that is a convolution, maps of scores pass through these, too. */
const AFTER_MAPS = new Set([...POOLS, 'Relu']);
/** Weights of a layer that gives scores, by the names that it has in its model: of its own, not of a projection in it. */
const OF_A_CLASSIFIER = /(?:^|\.)(?:fc|head|heads|classifier|cls|logits?|predictions?|score)(?:_dist|\d+)?\.weight$/i;
const MAKES_PROBABILITIES = new Set(['Softmax', 'LogSoftmax', 'Sigmoid']);

/**
 * The value that is taken as the feature: what is asked for, else an output that is one by its name, else what the last
 * linear layer before the scores is given, else the output itself.
 *
 * @param wanted the name of a node or of a value
 * @throws {DataError} if there is none of that name
 */
export function featureCut({ nodes, outputs, tensors }: OnnxGraph, wanted?: string): FeatureCut {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  if (wanted !== undefined) {
    const name = producers.has(wanted) ? wanted : nodes.find((node) => node.name === wanted)?.outputs[0];
    if (name === undefined) {
      const last = nodes.slice(-3).map((node) => node.name || node.outputs[0]);
      throw new DataError(
        `cut: expected the name of a node or value, got '${wanted}'. The last are ${last.join(', ')}.`,
      );
    }
    return { name, words: `'${wanted}', as asked for` };
  }
  for (const pattern of FEATURE_OUTPUTS) {
    const output = outputs.find(({ name }) => pattern.test(name));
    if (output) return { name: output.name, words: `its output '${output.name}'` };
  }
  const [output] = outputs;
  if (!output) throw new DataError('expected a model with an output, got none. Export it again.');
  const stored = new Set(tensors.map(({ name }) => name));
  const classifier = classifierBefore(output.name, producers, stored);
  if (!classifier) return { name: output.name, words: `its output '${output.name}'` };
  const { name, operator, inputs } = classifier;
  return { name: inputs[0]!, words: `what its last layer, '${name || operator}', is given: '${inputs[0]}'` };
}

/**
 * The layer whose results are the scores `name`, if they come from one: linear, or a convolution of single places. One
 * without a bias is none, unless it is called one or probabilities are made of what it gives: CLIP's last layer brings features to
 * what texts have, while exporters leave out a bias of zeros.
 */
function classifierBefore(
  name: string,
  producers: ReadonlyMap<string, OnnxNode>,
  stored: ReadonlySet<string>,
): OnnxNode | undefined {
  /** Whether no node that reads pictures is behind it; a weight may be turned around before it is used. */
  const isWeight = (input: string | undefined): boolean => {
    if (input === undefined) return false;
    if (stored.has(input)) return true;
    const producer = producers.get(input);
    return producer?.inputs.every(isWeight) ?? false;
  };
  /** Whether a weight, turned around or not, has the name of a classifier's. */
  const isCalledOne = (input: string | undefined): boolean =>
    input !== undefined && (OF_A_CLASSIFIER.test(input) || isCalledOne(producers.get(input)?.inputs[0]));
  const passed: OnnxNode[] = [];
  for (let node = producers.get(name); node; passed.push(node), node = nextOf(node)) {
    const [x, w, bias] = node.inputs;
    const isScored = passed.some(({ operator }) => MAKES_PROBABILITIES.has(operator));
    const isBiased = Boolean(bias) || passed.at(-1)?.operator === 'Add';
    if (['Gemm', 'MatMul'].includes(node.operator)) {
      const isLinear = isWeight(w) && !isWeight(x) && !passed.some(({ operator }) => AFTER_MAPS.has(operator));
      return isLinear && (isBiased || isScored || isCalledOne(w)) ? node : undefined;
    }
    if (node.operator === 'Conv') {
      const isOfPlaces = node.attributes.get('kernel_shape')?.ints.every((extent) => extent === 1) ?? false;
      const isPooled = passed.some(({ operator }) => POOLS.has(operator));
      return POOLS.has(producers.get(x ?? '')?.operator ?? '') || (isPooled && isOfPlaces && isBiased)
        ? node
        : undefined;
    }
    if (!AFTER_SCORES.has(node.operator) && !AFTER_MAPS.has(node.operator)) return undefined;
  }
  return undefined;

  /** The node before; none where two that read pictures come together, unless it is for the mean of two classifiers. */
  function nextOf({ operator, inputs }: OnnxNode): OnnxNode | undefined {
    const read = inputs.filter((input) => input !== '' && !isWeight(input));
    const isMean = operator === 'Add' && ['Div', 'Mul'].includes(passed.at(-2)?.operator ?? '');
    if (read.length > 1 && !(isMean && read.every((input) => classifierBefore(input, producers, stored)))) {
      return undefined;
    }
    return producers.get(read[0] ?? '');
  }
}

export interface PooledFeature {
  /** float32[batch, dim] */
  readonly value: Value;
  /** What was done to it, if anything was. */
  readonly words: string;
}

/** Tokens at most that stand for no place of the picture: of the class, and registers. */
const MOST_OTHER_TOKENS = 16;

/**
 * A row of features for each picture: of images of features their mean, of tokens the first, which stands for the
 * class, or their mean where there are as many as a square has places, and so none for the class.
 *
 * @param sides of the pictures, in pixels
 * @throws {DataError} if it is none of these
 */
export function pooledFeature(value: Value, batch: number, sides: readonly [number, number]): PooledFeature {
  const { shape, dtype } = value;
  if (dtype !== 'float32' || shape[0] !== batch || shape.length < 2 || shape.length > 4) {
    throw new DataError(
      `feature: expected float32[${batch}, …] with two to four axes for ${batch} pictures, got ${show(value)}. Choose another with --cut.`,
    );
  }
  if (shape.length === 2) return { value, words: '' };
  if (shape.length === 3) {
    const [, tokens, dim] = shape as [number, number, number];
    if (isSquareOfPatches(tokens, sides)) return { value: mean(value, [1]), words: `the mean of its ${tokens} tokens` };
    if (!isClassAndPatches(tokens, sides)) {
      throw new DataError(
        `feature: expected tokens of the patches of a picture of ${sides.join(' × ')} pixels, and one of the class before them, got ${tokens} of ${dim} numbers. What finds objects has no feature of the whole picture at its end: take one of its images of features with --cut.`,
      );
    }
    const [first] = split(value, 1, [1, tokens - 1]) as [Value];
    return { value: reshape(first, [batch, dim]), words: `the first of its ${tokens} tokens, that of the class` };
  }
  const [, second, third, last] = shape as [number, number, number, number];
  if (second * third === 1 || third * last === 1) return { value: flatten(value), words: '' };
  const isLast = second === third && third !== last;
  const [height, width] = isLast ? [second, third] : [third, last];
  return { value: mean(value, isLast ? [1, 2] : [2, 3]), words: `the mean of its ${height}×${width} places` };
}

/** Pixels that a token is of at most, along a side: of a patch in a row of networks; of what is left of a picture after its last stage. */
const [LARGEST_PATCH, LARGEST_PLACE] = [32, 56];

function isSquareOfPatches(tokens: number, sides: readonly [number, number]): boolean {
  const side = Math.sqrt(tokens);
  return Number.isInteger(side) && side >= Math.floor(Math.min(...sides) / LARGEST_PLACE);
}

/** Whether so many tokens may be those of the class, of some registers, and of square patches. */
function isClassAndPatches(tokens: number, [height, width]: readonly [number, number]): boolean {
  for (let side = 1; side <= Math.min(height, width, LARGEST_PATCH); side++) {
    const others = tokens - (height / side) * (width / side);
    if (height % side === 0 && width % side === 0 && others >= 1 && others <= MOST_OTHER_TOKENS) return true;
  }
  return false;
}
