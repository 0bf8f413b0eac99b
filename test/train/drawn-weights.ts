/** @file Weights as a trained network's file has them, drawn, and pictures to look at with them. */
import { Random } from '#src/core/random.js';
import type { Tensor as StoredTensor } from '#src/store/tensors/tensor.js';
import { type Tensor, tensorOf } from '../oracles/tensor.js';

const SEED = 11;

export type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];
export type File = Map<string, Extract<StoredTensor, { dtype: 'F32' }>>;

/** Numbers as trained networks have them: kernels that keep the size of what goes through, variances above zero. */
export function drawFile(shapes: Shapes): File {
  return new Map(
    shapes.map(([name, shape], position) => {
      const random = new Random(SEED, 'sample', position);
      const length = shape.reduce((a, b) => a * b, 1);
      const fanIn = shape.length > 1 ? length / shape[0]! : 1;
      const draw = (): number =>
        name.endsWith('running_var')
          ? 0.5 + random.uniform()
          : shape.length > 1
            ? random.normal() * Math.sqrt(2 / fanIn)
            : 0.3 * random.normal() + (name.endsWith('weight') ? 1 : 0);
      return [name, { dtype: 'F32', shape, data: Float32Array.from({ length }, draw) }];
    }),
  );
}

export function norm(name: string, channels: number): Shapes {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);
}

/** The state_dict of a ResNet-18, as torchvision lists it. */
export function resnet18Shapes(width: number, dim: number): Shapes {
  const shapes: [string, readonly number[]][] = [['conv1.weight', [width, 3, 3, 3]], ...norm('bn1', width)] as never;
  for (let stage = 0; stage < 4; stage++) {
    const channels = width * 2 ** stage;
    for (const i of [0, 1]) {
      const [name, from] = [`layer${stage + 1}.${i}`, stage > 0 && i === 0 ? channels / 2 : channels];
      shapes.push([`${name}.conv1.weight`, [channels, from, 3, 3]], ...(norm(`${name}.bn1`, channels) as never[]));
      shapes.push([`${name}.conv2.weight`, [channels, channels, 3, 3]], ...(norm(`${name}.bn2`, channels) as never[]));
      if (from === channels) continue;
      shapes.push([`${name}.downsample.0.weight`, [channels, from, 1, 1]]);
      shapes.push(...(norm(`${name}.downsample.1`, channels) as never[]));
    }
  }
  return [...shapes, ['fc.weight', [dim, 8 * width]], ['fc.bias', [dim]]];
}

export function drawImages(batch: number, size: number): Tensor {
  const random = new Random(SEED, 'draw');
  return tensorOf(
    Float32Array.from({ length: batch * 3 * size * size }, () => random.normal()),
    batch,
    3,
    size,
    size,
  );
}

export function exact(file: File): Map<string, Tensor> {
  return new Map(Array.from(file, ([name, { shape, data }]) => [name, tensorOf(data, ...shape)]));
}
