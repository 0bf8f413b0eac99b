/** @file A residual network in float64 with its gradients, from He et al. 2016 and torchvision's names. */
import { batchNorm, convolution, linear, maxPool, meanPool, relu, standardize, sum } from './layers.js';
import type { Tensor } from './tensor.js';

export interface Architecture {
  readonly stem: 'cifar' | 'imagenet' | 'half' | 'quarter';
  readonly kind: 'basic' | 'bottleneck';
  readonly blocks: readonly number[];
  /** Whether the features are batch-normalised, without scale and shift. */
  readonly featureNorm: boolean;
}

export interface Pass {
  readonly y: Tensor;
  /** Gradients of the parameters by name, from that of y. */
  backward(dy: Tensor): Map<string, Tensor>;
  /** What each batch normalisation saw, by its name. */
  readonly statistics: ReadonlyMap<string, { readonly mean: Float64Array; readonly unbiasedVariance: Float64Array }>;
}

/** @param parameters all of them, by name; their shapes give the widths */
export function resnet(
  { stem, kind, blocks, featureNorm }: Architecture,
  parameters: ReadonlyMap<string, Tensor>,
  images: Tensor,
): Pass {
  const gradients = new Map<string, Tensor>();
  const statistics = new Map<string, { mean: Float64Array; unbiasedVariance: Float64Array }>();
  const parameter = (name: string): Tensor => {
    const tensor = parameters.get(name);
    if (!tensor) throw new RangeError(`no parameter ${name}`);
    return tensor;
  };
  type Back = (dy: Tensor) => Tensor;
  type Result = { readonly y: Tensor; readonly back: Back };

  /** Convolution, batch normalisation and, if asked for, ReLU. */
  const unit = (x: Tensor, convName: string, bnName: string, stride: number, rectified: boolean): Result => {
    const w = parameter(`${convName}.weight`);
    const convolved = convolution(x, w, stride, Math.floor(w.shape[2]! / 2));
    const normalised = batchNorm(convolved.y, parameter(`${bnName}.weight`), parameter(`${bnName}.bias`));
    statistics.set(bnName, normalised);
    const last = rectified ? relu(normalised.y) : undefined;
    return {
      y: last?.y ?? normalised.y,
      back(dy) {
        const throughNorm = normalised.backward(last?.backward(dy) ?? dy);
        gradients.set(`${bnName}.weight`, throughNorm.dWeight);
        gradients.set(`${bnName}.bias`, throughNorm.dBias);
        const { dx, dw } = convolved.backward(throughNorm.dx);
        gradients.set(`${convName}.weight`, dw);
        return dx;
      },
    };
  };

  const block = (x: Tensor, name: string, stride: number): Result => {
    const path: Result[] = [];
    const strides = kind === 'basic' ? [stride, 1] : [1, stride, 1];
    let y = x;
    strides.forEach((s, i) => {
      path.push(unit(y, `${name}.conv${i + 1}`, `${name}.bn${i + 1}`, s, i < strides.length - 1));
      y = path.at(-1)!.y;
    });
    const projected = parameters.has(`${name}.downsample.0.weight`);
    const shortcut = projected ? unit(x, `${name}.downsample.0`, `${name}.downsample.1`, stride, false) : undefined;
    const joined = relu(sum(y, shortcut?.y ?? x));
    return {
      y: joined.y,
      back(dy) {
        const dJoined = joined.backward(dy);
        const throughPath = path.toReversed().reduce((d, { back }) => back(d), dJoined);
        return sum(throughPath, shortcut?.back(dJoined) ?? dJoined);
      },
    };
  };

  const parts: Result[] = [unit(images, 'conv1', 'bn1', stem === 'cifar' ? 1 : 2, true)];
  if (stem === 'quarter') parts.push(unit(parts[0]!.y, 'conv2', 'bn2', 2, true));
  if (stem === 'imagenet') {
    const pooled = maxPool(parts.at(-1)!.y);
    parts.push({ y: pooled.y, back: pooled.backward });
  }
  blocks.forEach((count, stage) => {
    for (let i = 0; i < count; i++)
      parts.push(block(parts.at(-1)!.y, `layer${stage + 1}.${i}`, stage > 0 && i === 0 ? 2 : 1));
  });
  const pooled = meanPool(parts.at(-1)!.y);
  const last = linear(pooled.y, parameter('fc.weight'), parameter('fc.bias'));
  const standardised = featureNorm ? standardize(last.y) : undefined;
  if (standardised) statistics.set('fc_norm', standardised);
  return {
    y: standardised?.y ?? last.y,
    statistics,
    backward(dy) {
      const { dx, dWeight, dBias } = last.backward(standardised?.backward(dy).dx ?? dy);
      gradients.set('fc.weight', dWeight);
      gradients.set('fc.bias', dBias);
      parts.toReversed().reduce((d, { back }) => back(d), pooled.backward(dx));
      return gradients;
    },
  };
}
