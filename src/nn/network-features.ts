/** @file A network that was read from an ONNX model, with its tensors as parameters and buffers. */
import type { Network } from '../graph/from-onnx/from-onnx.js';
import { toFloats } from '../graph/from-onnx/onnx-tensor.js';
import type { BatchNormTensors, NamedTensor, TensorsOfNetwork } from '../graph/from-onnx/operands.js';
import { reshape } from '../graph/ops/reshape.js';
import { floats, type Value } from '../graph/value.js';
import { normalizeChannels } from './layers.js';
import type { Initializer, Variables } from './variables.js';

/**
 * The features of a network that was read: its tensors become `variables` under the names they have in the file, and
 * start as the file has them. Batch normalisation is what it is in our own encoders, by the mode of `variables`.
 *
 * @param images float32[batch, 3, height, width], as the network wants them normalised
 * @param isFrozen which parameters stay as they are; they are constants, and so are the running statistics of a batch
 *   normalisation whose weight is one, by which it goes in training, too. Default none
 * @returns float32[batch, dim], not normalised
 */
export function networkFeatures(
  variables: Variables,
  network: Network,
  images: Value,
  isFrozen: (parameter: string) => boolean = () => false,
): Value {
  return network.build(images, new TensorsAsVariables(variables, isFrozen));
}

class TensorsAsVariables implements TensorsOfNetwork {
  readonly #variables: Variables;
  readonly #isFrozen: (parameter: string) => boolean;
  /** A tensor that a network uses in several places is one variable. */
  readonly #declared = new Map<string, Value>();

  constructor(variables: Variables, isFrozen: (parameter: string) => boolean) {
    this.#variables = variables;
    this.#isFrozen = isFrozen;
  }

  parameter({ name, tensor }: NamedTensor): Value {
    return this.#once(name, () =>
      this.#isFrozen(name) ? asConstant(name, tensor) : this.#variables.parameter(name, tensor.shape, copyOf(tensor)),
    );
  }

  batchNorm(x: Value, { weight, bias, mean, variance }: BatchNormTensors, epsilon: number): Value {
    const isFrozen = this.#isFrozen(weight.name);
    const buffer = ({ name, tensor }: NamedTensor): Value =>
      this.#once(name, () =>
        isFrozen ? asConstant(name, tensor) : this.#variables.buffer(name, tensor.shape, copyOf(tensor)),
      );
    const norm = {
      weight: this.parameter(weight),
      bias: this.parameter(bias),
      running: {
        names: { mean: mean.name, variance: variance.name },
        mean: buffer(mean),
        variance: buffer(variance),
      },
      epsilon,
      isFrozen,
    };
    if (x.shape.length === 4) return normalizeChannels(this.#variables, x, norm);
    const [n, channels, ...rest] = x.shape as [number, number, ...number[]];
    const images = reshape(x, [n, channels, rest.reduce((product, extent) => product * extent, 1), 1]);
    return reshape(normalizeChannels(this.#variables, images, norm), x.shape);
  }

  #once(name: string, declare: () => Value): Value {
    const value = this.#declared.get(name) ?? declare();
    this.#declared.set(name, value);
    return value;
  }
}

function asConstant(name: string, tensor: NamedTensor['tensor']): Value {
  return floats(toFloats(tensor), tensor.shape, name);
}

function copyOf(tensor: NamedTensor['tensor']): Initializer {
  return (values) => values.set(toFloats(tensor));
}
