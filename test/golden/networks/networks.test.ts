/**
 * @file Reads networks that PyTorch has exported, and compares features with onnxruntime's of the same file and gradients
 * with PyTorch's. The files were made outside the project, small and with random weights; README.md here says how.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { fromOnnx, type Network } from '#src/graph/from-onnx/from-onnx.js';
import { grad } from '#src/graph/grad.js';
import { lower } from '#src/graph/lower.js';
import { toOnnx } from '#src/graph/onnx.js';
import { mul } from '#src/graph/ops/elementwise.js';
import { sum } from '#src/graph/ops/reduce.js';
import { input } from '#src/graph/value.js';
import { networkFeatures } from '#src/nn/network-features.js';
import { Variables } from '#src/nn/variables.js';
import { evaluateOnnx } from '#src/runtime/evaluate-onnx.js';
import { Program } from '#src/runtime/program.js';
import { readSafetensors } from '#src/store/tensors/safetensors.js';
import { cpuBackends } from '../../backends.js';
import { relativeError } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';

interface Golden {
  /** Whose features they are, in the words that are told. */
  readonly feature: RegExp;
  /** Where features are taken by onnxruntime, of its outputs. */
  readonly dim: number;
}

const NETWORKS: Readonly<Record<string, Golden>> = {
  resnet18: { feature: /^what its last layer/, dim: 24 },
};

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

for (const [name, golden] of Object.entries(NETWORKS)) {
  describe(`${name}, as PyTorch exports it`, async () => {
    const bytes = readFileSync(path(`${name}.onnx`));
    const { tensors } = await readSafetensors(path(`${name}.safetensors`));
    const { data: images, shape } = tensors.get('images')! as { data: Float32Array; shape: readonly number[] };
    const [batch, , height, width] = shape as [number, number, number, number];
    const features = tensors.get('features')!.data as Float32Array;
    const network: Network = await fromOnnx(bytes, { evaluate: evaluateOnnx, height, width });

    it('says which feature is taken, and its dimension', () => {
      expect(network.feature).toMatch(golden.feature);
      expect(network.dim).toBe(golden.dim);
    });

    it('has the features of onnxruntime, read and written again, in any batch', async () => {
      const graph = (n: number) =>
        lower({ features: network.build(input('images', [n, 3, height, width])) }, { device: 'cpu' });
      const session = await InferenceSession.create(toOnnx(graph));
      for (const count of [1, batch]) {
        const part = images.subarray(0, count * 3 * height * width);
        const { features: written } = await session.run({
          images: new Tensor('float32', part, [count, 3, height, width]),
        });
        const expected = features.subarray(0, count * network.dim);
        expect(relativeError(written!.data as Float32Array, expected)).toBeLessThan(TOLERANCES.float32.features);
      }
      await session.release();
    });

    for (const { name: device, backend } of await cpuBackends()) {
      it(`has the features and the gradients of PyTorch on ${device}`, async () => {
        const variables = new Variables('evaluation');
        const y = networkFeatures(variables, network, input('images', shape));
        const loss = sum(mul(y, input('weights', y.shape)), [0, 1]);
        const names = [...variables.parameters.keys()];
        const gradients = grad(loss, variables.trainable).map((value, i) => [`gradient.${names[i]}`, value]);
        const program = await Program.create({ features: y, ...Object.fromEntries(gradients) }, backend);
        const weights = tensors.get('weights')!.data as Float32Array;
        const results = await program.run({ images, weights, ...Object.fromEntries(variables.initialValues(0)) });
        await program.release();
        expect(relativeError(results['features']!, features)).toBeLessThan(TOLERANCES.float32.features);
        const expected = [...tensors].filter(([key]) => key.startsWith('gradient.'));
        expect(expected.length).toBeGreaterThan(10);
        const errors = expected.map(([key, { data }]) => [key, relativeError(results[key]!, data as Float32Array)]);
        expect(errors.filter(([, error]) => !((error as number) < TOLERANCES.float32.network))).toEqual([]);
      });
    }
  });
}
