/** @file Starts an encoder from weights that somebody else has trained, by torchvision's names. */
import { DataError } from '../core/errors.js';
import { type Shape, sameShape } from '../graph/value.js';
import type { Encoder } from './encoders/encoder.js';
import { EPSILON } from './layers.js';
import type { Variables } from './variables.js';

/** A tensor of a file of weights. */
export interface GivenTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What was made of a file of weights; every tensor of the encoder and of the file is in one of the lists. */
export interface WeightsReport {
  /** Tensors of the encoder that start as the file has them. */
  readonly loaded: readonly string[];
  /** Biases of convolutions in the file, by the encoder's numbers, which went into the normalisation after them. */
  readonly converted: readonly string[];
  /** Whether the file has convolutions without batch normalisation, or with it folded in. */
  readonly isFolded: boolean;
  /** Tensors of the encoder that start at random: the head of another shape, and what the file lacks. */
  readonly random: readonly string[];
  /** Tensors of the file that were left out. */
  readonly unused: readonly string[];
}

export interface FittedWeights {
  /** Starting values by the encoder's names. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly report: WeightsReport;
}

/**
 * Fits weights from a file to an encoder.
 *
 * Names may have the prefixes that wrappers give them (`module.`, `encoder.`). The head is taken if its shape fits. Our
 * convolutions have no bias, since batch normalisation follows: a bias moves the running mean by as much or, where the
 * file has no batch normalisation there (AlexNet as published; an `encoder.onnx`, whose is folded), becomes the shift
 * of one that changes nothing else. Features of the encoder are then those of the file's network; but training
 * normalises by the batch, and the scale that folding has put into a kernel is lost to it.
 *
 * @param variables that `encoder` has declared
 * @param source names the file in errors
 * @throws {DataError} if nothing fits, or a tensor outside the head has another shape
 */
export function fitWeights(
  encoder: Encoder,
  variables: Variables,
  file: ReadonlyMap<string, GivenTensor>,
  source: string,
): FittedWeights {
  const given = renumbered(plainNames(file), variables, source);
  const shapes = new Map(
    [...variables.parameters, ...variables.buffers].map(([name, { value }]) => [name, value.shape]),
  );
  const names = [...shapes.keys()];
  const fits = (name: string): boolean => given.has(name) && sameShape(given.get(name)!.shape, shapes.get(name)!);
  const isHead = (name: string): boolean => name.startsWith(`${encoder.head}.`) || name.startsWith('fc_norm.');
  const isHeadTaken = names.filter((name) => name.startsWith(`${encoder.head}.`)).every(fits);

  const values = new Map<string, Float32Array>();
  for (const name of names) {
    const tensor = given.get(name);
    if (tensor === undefined || (isHead(name) && !isHeadTaken)) continue;
    if (!fits(name)) {
      throw new DataError(
        `${source}: ${name}: expected [${shapes.get(name)}], as this ${encoder.name} has it, got [${tensor.shape}]. ` +
          'Give the --encoder, --width, --size and stem that the weights are of.',
      );
    }
    values.set(name, tensor.data);
  }
  if ([...values.keys()].every(isHead)) {
    const got = [...file.keys()].slice(0, 3).join(', ') || 'no tensors with names';
    throw new DataError(
      `${source}: expected weights of a ${encoder.name}, such as ${names[0]}, got ${got}. Give the --encoder they are of.`,
    );
  }
  const taken = new Set(values.keys());
  const { converted, isFolded } = moveBiases(values, given, variables);
  for (const name of converted) taken.add(name);
  return {
    values,
    report: {
      loaded: names.filter((name) => values.has(name)),
      converted,
      isFolded,
      random: names.filter((name) => !values.has(name)),
      unused: [...given.keys()].filter((name) => !taken.has(name)),
    },
  };
}

/** Puts the biases of convolutions into the batch normalisation after them. */
function moveBiases(
  values: Map<string, Float32Array>,
  given: ReadonlyMap<string, GivenTensor>,
  variables: Variables,
): Pick<WeightsReport, 'converted' | 'isFolded'> {
  const converted: string[] = [];
  let isFolded = false;
  for (const [conv, norm] of normAfterConvolutions(variables)) {
    const bias = given.get(`${conv}.bias`)?.data;
    if (bias === undefined || !values.has(`${conv}.weight`)) continue;
    converted.push(`${conv}.bias`);
    const mean = values.get(`${norm}.running_mean`)?.map((x, i) => x - bias[i]!);
    if (mean) {
      values.set(`${norm}.running_mean`, mean);
      continue;
    }
    isFolded = true;
    const everywhere = (x: number): Float32Array => new Float32Array(bias.length).fill(x);
    values
      .set(`${norm}.weight`, everywhere(1))
      .set(`${norm}.bias`, bias)
      .set(`${norm}.running_mean`, everywhere(0))
      // So that the square root of variance and epsilon is 1.
      .set(`${norm}.running_var`, everywhere(1 - EPSILON));
  }
  return { converted, isFolded };
}

/** Without prefixes of wrappers, and without scalars, which are no weights but counters and constants. */
function plainNames(file: ReadonlyMap<string, GivenTensor>): Map<string, GivenTensor> {
  return new Map(
    Array.from(file)
      .filter(([, { shape }]) => shape.length > 0)
      .map(([name, tensor]) => [name.replace(/^((module|encoder)\.)+/, ''), tensor]),
  );
}

/**
 * Layers under `features` by our numbers: those of a file depend on whether batch normalisation has numbers of its own.
 * The file's first convolution is our first, and so on; a normalisation belongs to the convolution before it.
 */
function renumbered(
  given: ReadonlyMap<string, GivenTensor>,
  variables: Variables,
  source: string,
): ReadonlyMap<string, GivenTensor> {
  const numberOf = (name: string): number => Number(/^features\.(\d+)\./.exec(name)?.[1] ?? Number.NaN);
  const convolutionsOf = (tensors: Iterable<readonly [string, Shape]>): number[] =>
    Array.from(tensors)
      .filter(([name, shape]) => shape.length === 4 && name.endsWith('.weight') && numberOf(name) >= 0)
      .map(([name]) => numberOf(name))
      .sort((a, b) => a - b);
  const ours = convolutionsOf(Array.from(variables.parameters, ([name, { value }]) => [name, value.shape]));
  const theirs = convolutionsOf(Array.from(given, ([name, { shape }]) => [name, shape]));
  if (ours.length === 0 || theirs.length === 0) return given;
  if (ours.length !== theirs.length) {
    throw new DataError(
      `${source}: expected ${ours.length} convolutions under 'features', got ${theirs.length}. Give the --encoder they are of.`,
    );
  }
  return new Map(
    Array.from(given, ([name, tensor]) => {
      const number = numberOf(name);
      if (Number.isNaN(number)) return [name, tensor];
      const place = theirs.findLastIndex((convolution) => convolution <= number);
      const ourNumber = ours[place]! + (theirs[place] === number ? 0 : 1);
      return [name.replace(/^features\.\d+/, `features.${ourNumber}`), tensor];
    }),
  );
}

/** Names of each convolution and of the batch normalisation after it: its weight is declared next. */
function normAfterConvolutions({ parameters }: Variables): [string, string][] {
  const weights = [...parameters].filter(([name]) => name.endsWith('.weight'));
  const layer = (name: string): string => name.slice(0, -'.weight'.length);
  return weights.flatMap(([name, { value }], i) =>
    value.shape.length === 4 ? [[layer(name), layer(weights[i + 1]![0])] as [string, string]] : [],
  );
}
