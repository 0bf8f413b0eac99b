/** @file Encoders in evaluation, in float64: a state_dict of torchvision's, read as torchvision would. */
import { convolution, fixedNorm, linear, maxPool, meanPool, normalizeRows, relu, sum } from './layers.js';
import type { Tensor } from './tensor.js';

export type StateDict = ReadonlyMap<string, Tensor>;

/** Unit features of a ResNet of one or two basic blocks a stage, with the CIFAR stem. */
export function evaluateResnet(state: StateDict, images: Tensor): Tensor {
  return normalizeRows(embedResnet(state, images)).y;
}

/** The same before they are brought to length one. */
export function embedResnet(state: StateDict, images: Tensor): Tensor {
  const unit = (x: Tensor, conv: string, norm: string, stride: number): Tensor => {
    const w = state.get(`${conv}.weight`)!;
    return normalised(state, norm, convolution(x, w, stride, Math.floor(w.shape[2]! / 2)).y);
  };
  let x = relu(unit(images, 'conv1', 'bn1', 1)).y;
  for (const stage of [1, 2, 3, 4]) {
    for (const i of [0, 1]) {
      const [name, stride] = [`layer${stage}.${i}`, stage > 1 && i === 0 ? 2 : 1];
      if (!state.has(`${name}.conv1.weight`)) continue;
      const path = unit(relu(unit(x, `${name}.conv1`, `${name}.bn1`, stride)).y, `${name}.conv2`, `${name}.bn2`, 1);
      const isProjected = state.has(`${name}.downsample.0.weight`);
      x = relu(sum(path, isProjected ? unit(x, `${name}.downsample.0`, `${name}.downsample.1`, stride) : x)).y;
    }
  }
  return connected(state, 'fc', meanPool(x).y);
}

/** A module of `features`: its number is its place, as in torchvision's Sequential. */
export type Module =
  | { readonly kind: 'conv'; readonly stride: number; readonly padding: number }
  | { readonly kind: 'norm' }
  | { readonly kind: 'relu' }
  | { readonly kind: 'pool'; readonly side: number };

/** Unit features of AlexNet or VGG16, whose convolutions have biases, with or without batch normalisation. */
export function evaluateSequence(
  state: StateDict,
  modules: readonly Module[],
  classifier: readonly number[],
  images: Tensor,
): Tensor {
  let x = images;
  for (const [number, module] of modules.entries()) {
    const name = `features.${number}`;
    if (module.kind === 'norm') x = normalised(state, name, x);
    if (module.kind === 'relu') x = relu(x).y;
    if (module.kind === 'pool') x = maxPool(x, module.side, 0).y;
    if (module.kind !== 'conv') continue;
    const y = convolution(x, state.get(`${name}.weight`)!, module.stride, module.padding).y;
    const [, c, h, w] = y.shape as [number, number, number, number];
    const bias = state.get(`${name}.bias`)!;
    x = { shape: y.shape, data: y.data.map((value, i) => value + bias.data[Math.floor(i / (h * w)) % c]!) };
  }
  x = { shape: [x.shape[0]!, x.data.length / x.shape[0]!], data: x.data };
  for (const [place, number] of classifier.entries()) {
    x = connected(state, `classifier.${number}`, x);
    if (place < classifier.length - 1) x = relu(x).y;
  }
  return normalizeRows(x).y;
}

function normalised(state: StateDict, name: string, x: Tensor): Tensor {
  const of = (part: string): Tensor => state.get(`${name}.${part}`)!;
  return fixedNorm(x, [of('weight'), of('bias'), of('running_mean'), of('running_var')]);
}

function connected(state: StateDict, name: string, x: Tensor): Tensor {
  return linear(x, state.get(`${name}.weight`)!, state.get(`${name}.bias`)!).y;
}
