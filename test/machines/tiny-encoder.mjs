// An encoder of two layers, which is built and run in no time.
import { relu } from '#src/graph/ops/relu.js';
import { mean } from '#src/graph/ops/reduce.js';
import { batchNorm2d, conv2d, linear } from '#src/nn/layers.js';

export const tinyEncoder = (dim) => ({
  name: 'tiny',
  head: 'fc',
  leastSize: 1,
  anySize: true,
  build(variables, images) {
    const x = variables.checkpoint(relu(batchNorm2d(variables, 'bn1', conv2d(variables, 'conv1', images, 16, { kernel: 3 }))));
    const y = relu(batchNorm2d(variables, 'bn2', conv2d(variables, 'conv2', x, 32, { kernel: 3, stride: 2 })));
    return linear(variables, 'fc', mean(y, [2, 3]), dim);
  },
});
