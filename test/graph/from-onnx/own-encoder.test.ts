import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { fromOnnx } from '#src/graph/from-onnx/from-onnx.js';
import { input } from '#src/graph/value.js';
import { encodeGraph, encoderOnnx } from '#src/method/encode.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';
import { evaluateOnnx } from '#src/runtime/evaluate-onnx.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../../backends.js';
import { relativeError } from '../../oracles/tensor.js';
import { TOLERANCES } from '../../tolerances.js';

const SEED = 5;
const SIZE = 32;

describe('our own encoder.onnx', async () => {
  const [{ backend }] = (await cpuBackends()) as [Awaited<ReturnType<typeof cpuBackends>>[number]];
  for (const name of ['resnet18', 'resnet50', 'alexnet', 'vgg16'] as const) {
    it(`gives the ${name} back that it was made of, with its weights under their names`, async () => {
      const encoder = encoderNamed(name, { stem: 'cifar', width: 4, dim: 6, featureNorm: true });
      const variables = new Variables('evaluation');
      const graph = encodeGraph(encoder, { batch: 3, size: SIZE }, variables);
      const weights = variables.initialValues(SEED);
      const model = encoderOnnx(encoder, SIZE, weights, { encoder: name });

      const network = await fromOnnx(model, { evaluate: evaluateOnnx });
      expect(network).toMatchObject({ dim: 6, feature: "its output 'features'" });
      expect(network.input).toEqual({ name: 'images', layout: 'nchw', height: SIZE, width: SIZE });
      expect(network.metadata.get('encoder')).toBe(name);
      const kernels = [...variables.parameters].filter(([, { value }]) => value.shape.length > 1).map(([key]) => key);
      expect(kernels.filter((key) => !network.parameters.has(key))).toEqual([]);

      const random = new Random(SEED, 'sample');
      const images = Float32Array.from({ length: 3 * 3 * SIZE * SIZE }, () => random.normal());
      const run = async (outputs: typeof graph, feeds: Record<string, Float32Array>): Promise<Float32Array> => {
        const program = await Program.create(outputs, backend);
        const { features } = await program.run(feeds);
        await program.release();
        return features!;
      };
      const expected = await run(graph, { images, ...Object.fromEntries(weights) });
      const got = await run({ features: network.build(input('images', [3, 3, SIZE, SIZE])) }, { images });
      expect(relativeError(got, expected)).toBeLessThan(TOLERANCES.float32.features);
    });
  }
});
