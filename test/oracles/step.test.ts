import { cpuBackends } from '../backends.js';
import { SCENARIOS } from './scenarios.js';
import { describeStep, describeStepDerivative } from './step-suite.js';

for (const backend of await cpuBackends()) {
  describeStep(backend, Object.values(SCENARIOS));
  describeStepDerivative(backend, SCENARIOS.cifar);
}
