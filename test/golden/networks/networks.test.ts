/**
 * @file Reads networks that PyTorch has exported, and compares features with onnxruntime's of the same file and gradients
 * with PyTorch's. The files were made outside the project, small and with random weights; README.md here says how.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { featureCut } from '#src/graph/from-onnx/feature-cut.js';
import { fromOnnx, type Network } from '#src/graph/from-onnx/from-onnx.js';
import { parseOnnx } from '#src/graph/from-onnx/onnx-model.js';
import { noExternal } from '#src/graph/from-onnx/onnx-tensor.js';
import { grad } from '#src/graph/grad.js';
import { lower } from '#src/graph/lower.js';
import { toOnnx } from '#src/graph/onnx.js';
import { mul } from '#src/graph/ops/elementwise.js';
import { sum } from '#src/graph/ops/reduce.js';
import { Message } from '#src/graph/protobuf.js';
import { input } from '#src/graph/value.js';
import { encoderOnnx } from '#src/method/encode.js';
import { networkEncoder } from '#src/nn/encoders/network.js';
import { networkFeatures } from '#src/nn/network-features.js';
import { Variables } from '#src/nn/variables.js';
import { evaluateOnnx } from '#src/runtime/evaluate-onnx.js';
import { Program } from '#src/runtime/program.js';
import { readSafetensors } from '#src/store/tensors/safetensors.js';
import { cpuBackends } from '../../backends.js';
import { relativeError } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';

interface Golden {
  /** Which feature is taken, in the words that are told. */
  readonly feature: string;
  readonly dim: number;
}

const CLASSIFIER = 'what its last layer,';
const NETWORKS: Readonly<Record<string, Golden>> = {
  resnet18: { feature: CLASSIFIER, dim: 24 },
  mobilenetv2: { feature: CLASSIFIER, dim: 48 },
  mobilenetv3: { feature: CLASSIFIER, dim: 32 },
  efficientnet_b0: { feature: CLASSIFIER, dim: 40 },
  efficientnet_lite0: { feature: CLASSIFIER, dim: 40 },
  convnext: { feature: CLASSIFIER, dim: 24 },
  regnet: { feature: CLASSIFIER, dim: 64 },
  vit: { feature: CLASSIFIER, dim: 24 },
  dinov2: { feature: CLASSIFIER, dim: 24 },
  clip: { feature: "its output 'image_embeds'", dim: 16 },
};

/** Gradients are compared as parts of their norms, or of this part of the largest, where that is more. */
const LEAST_PART = 0.01;

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The model with one more output: what follows a message is merged with it. */
function withOutput(bytes: Uint8Array, output: string): Uint8Array {
  const isOne = parseOnnx(bytes, noExternal).graph.outputs.some(({ name }) => name === output);
  const more = new Message().message(7, new Message().message(12, new Message().text(1, output)));
  return isOne ? bytes : Buffer.concat([bytes, more.finish()]);
}

for (const [name, golden] of Object.entries(NETWORKS)) {
  describe(`${name}, as PyTorch exports it`, async () => {
    const bytes = readFileSync(path(`${name}.onnx`));
    const { tensors } = await readSafetensors(path(`${name}.safetensors`));
    const { data: images, shape } = tensors.get('images')! as { data: Float32Array; shape: readonly number[] };
    const [batch, , height, width] = shape as [number, number, number, number];
    const features = tensors.get('features')!.data as Float32Array;
    const { graph: model } = parseOnnx(bytes, noExternal);
    const cut = featureCut(model);
    const network: Network = await fromOnnx(bytes, { evaluate: evaluateOnnx, height, width });

    it('says which feature is taken, and its dimension', () => {
      expect(network.feature.startsWith(golden.feature)).toBe(true);
      expect(network.dim).toBe(golden.dim);
    });

    it('has the features that onnxruntime has of the file, read and written again, in any batch', async () => {
      const graph = (n: number) =>
        lower({ features: network.build(input('images', [n, 3, height, width])) }, { device: 'cpu' });
      const session = await InferenceSession.create(toOnnx(graph));
      const itself = await InferenceSession.create(withOutput(bytes, cut.name), { logSeverityLevel: 3 });
      for (const count of [1, batch]) {
        const part = images.subarray(0, count * 3 * height * width);
        const tensor = new Tensor('float32', part, [count, 3, height, width]);
        const { features: written } = await session.run({ images: tensor });
        const expected = (await itself.run({ [network.input.name]: tensor }, [cut.name]))[cut.name]!;
        const error = relativeError(written!.data as Float32Array, expected.data as Float32Array);
        expect(error).toBeLessThan(TOLERANCES.float32.features);
      }
      await session.release();
      await itself.release();
    });

    it('is written as an encoder of its own that onnxruntime runs, batch normalisation folded in', async () => {
      const sized = { name, size: height, ofSize: new Map([[height, network]]), anySize: false };
      const encoder = networkEncoder(sized, { channels: 'rgb', isFrozen: () => true });
      const session = await InferenceSession.create(encoderOnnx(encoder, height, new Map(), {}));
      const { features: written } = await session.run({ images: new Tensor('float32', images, shape) });
      await session.release();
      const dim = network.dim;
      const unit = features.map((x, i) => {
        const row = features.subarray(i - (i % dim), i - (i % dim) + dim);
        return x / Math.hypot(...row);
      });
      expect(relativeError(written!.data as Float32Array, unit)).toBeLessThan(TOLERANCES.float32.features);
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
        // Some are zero but for rounding: a bias that moves all keys moves no softmax, a dead ReLU has none at all.
        const norm = (data: Float32Array): number => Math.hypot(...data);
        const least = LEAST_PART * Math.max(...expected.map(([, { data }]) => norm(data as Float32Array)));
        const errors = expected.map(([key, { data }]) => {
          const difference = (data as Float32Array).map((x, i) => x - results[key]![i]!);
          return [key, norm(difference) / Math.max(norm(data as Float32Array), least)];
        });
        expect(errors.filter(([, error]) => !((error as number) < TOLERANCES.float32.network))).toEqual([]);
      });
    }
  });
}
