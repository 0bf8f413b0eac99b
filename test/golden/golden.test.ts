/**
 * @file Compares a training step with PyTorch's. The files beside this one were made with it and with torchvision's
 * blocks, outside the project; their metadata tells the versions.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lossNamed } from '#src/method/losses/named-losses.js';
import { RECIPES } from '#src/method/recipes.js';
import type { Settings } from '#src/method/settings.js';
import { trainingStep } from '#src/method/step.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Step } from '#src/runtime/stateful-step.js';
import { readSafetensors, type Safetensors } from '#src/store/tensors/safetensors.js';
import { cpuBackends } from '../backends.js';
import { relativeError } from '../oracles/tensor.js';
import { TOLERANCES } from '../tolerances.js';

const golden = (name: string): Promise<Safetensors> =>
  readSafetensors(fileURLToPath(new URL(`${name}.safetensors`, import.meta.url)));
const { tensors: inputs, metadata } = await golden('inputs');
const settings = JSON.parse(metadata['settings']!) as Record<
  'width' | 'dim' | 'images' | 'batch' | 'size' | 'tau' | 'negatives' | 'z' | 'proximal',
  number
>;

const NCE = { loss: 'nce', negatives: settings.negatives, noise: 'image' } as const;
const LOSSES: Readonly<Record<string, Partial<Settings>>> = {
  softmax: { loss: 'softmax' },
  nce: NCE,
  proximal: { ...NCE, proximal: settings.proximal },
};

for (const { name: device, backend } of await cpuBackends()) {
  describe(`the training step on ${device}`, () => {
    for (const [name, given] of Object.entries(LOSSES)) {
      it(`${name}: has the loss, features and gradients of PyTorch ${metadata['pytorch']}`, async () => {
        const { width, dim, images, batch, size, tau } = settings;
        const all: Settings = { ...RECIPES.cifar10, batch, size, dim, tau, weightDecay: 0, ...given };
        const encoder = encoderNamed('resnet18', { stem: 'cifar', width, dim });
        const instances = { numImages: images, numClasses: 0 };
        const { graph, variables } = trainingStep(encoder, lossNamed(all.loss), all, instances);
        const step = await Step.create(graph, backend);
        for (const [tensor, { data }] of inputs) {
          if (tensor.startsWith('weights.')) step.state.get(tensor.slice('weights.'.length))!.set(data as Float32Array);
          else (step.inputs[tensor] as Float32Array | undefined)?.set(data as Float32Array);
        }
        (step.inputs['z'] as Float32Array | undefined)?.fill(settings.z);
        await step.run();

        const { tensors: expected } = await golden(name);
        expect(Math.abs(step.outputs['loss']![0]! - (expected.get('loss')!.data[0] as number))).toBeLessThan(
          TOLERANCES.float32.loss,
        );
        const errors = [
          ['features', relativeError(step.outputs['features']!, expected.get('features')!.data as Float32Array)],
          // From zero, and without weight decay, the first momentum is the gradient.
          ...Array.from(variables.parameters.keys(), (parameter) => [
            parameter,
            relativeError(
              step.state.get(`${parameter}.momentum_buffer`)!,
              expected.get(`gradient.${parameter}`)!.data as Float32Array,
            ),
          ]),
        ] as [string, number][];
        await step.release();
        expect(errors.length).toBe(63);
        expect(errors.filter(([, error]) => !(error < TOLERANCES.float32.network))).toEqual([]);
      });
    }
  });
}
