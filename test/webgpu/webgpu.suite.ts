/**
 * The checks of the CPU on a WebGPU device. Run by `npm run test:webgpu`.
 *
 * Without a device the file fails to load, with openBackend's own words: it never passes in silence.
 */
import { openBackend } from '#src/runtime/device.js';
import { describeGradients } from '../gradients/suite.js';
import { describeConvolutions } from '../oracles/convolution-suite.js';
import { SCENARIOS } from '../oracles/scenarios.js';
import { describeStep, describeStepDerivative } from '../oracles/step-suite.js';

const webgpu = { name: 'webgpu', backend: await openBackend('webgpu') };

describeGradients(webgpu);
describeConvolutions(webgpu);
describeStep(webgpu, Object.values(SCENARIOS));
describeStepDerivative(webgpu, SCENARIOS.cifar);
