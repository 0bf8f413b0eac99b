/** @file What ONNX Runtime makes of several nodes when it is asked to write a model that runs faster. */
import { sigmoid } from '../../ops/activations.js';
import { clip } from '../../ops/clip.js';
import { add, mul } from '../../ops/elementwise.js';
import { gelu } from '../../ops/gelu.js';
import { rmsNormalization } from '../../ops/layer-normalization.js';
import { matMul } from '../../ops/matmul.js';
import { transpose } from '../../ops/shape.js';
import { scalar, type Value } from '../../value.js';
import type { NodeOperands } from '../operands.js';
import { windowOfNode } from './translate-windows.js';
import type { Apply, Translations } from './translation.js';

/** Of SkipLayerNormalization, where the node does not say it. */
const EPSILON = 1e-12;

export const FUSED: Translations = {
  SimplifiedLayerNormalization: (node) => [
    rmsNormalization(node.value(0), node.value(1), {
      axis: node.int('axis', -1),
      epsilon: node.float('epsilon', 1e-5),
    }),
  ],
  'com.microsoft.Gelu': (node) => [gelu(node.value(0))],
  'com.microsoft.BiasGelu': (node) => [gelu(add(node.value(0), node.value(1)))],
  'com.microsoft.FastGelu': (node) => [gelu(node.values().reduce(add), 'tanh')],
  'com.microsoft.QuickGelu': (node) => {
    const x = node.value(0);
    return [mul(x, sigmoid(mul(x, scalar(node.float('alpha', 1.702)))))];
  },
  'com.microsoft.FusedMatMul': (node) => {
    const turned = (x: Value, name: string): Value => {
      const axes = x.shape.map((_, axis) => axis);
      return node.int(name, 0) === 0 ? x : transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
    };
    if (node.int('transBatchA', 0) !== 0 || node.int('transBatchB', 0) !== 0) node.refuse('it moves the batch');
    const product = matMul(turned(node.value(0), 'transA'), turned(node.value(1), 'transB'));
    return [mul(product, scalar(node.float('alpha', 1)))];
  },
  'com.microsoft.FusedConv': (node, apply) => {
    const [x, w, bias, added] = [0, 1, 2, 3].map((i) => (node.has(i) ? node.value(i) : undefined));
    const window = windowOfNode(node, x!.shape, w!.shape.slice(2));
    const [y] = apply(node, 'Conv', [x!, w!, ...(bias ? [bias] : [])], window) as [Value];
    return [activated(node, added ? add(y, added) : y, apply)];
  },
  'com.microsoft.SkipLayerNormalization': (node, apply) => {
    const whole = [0, 1, 4].flatMap((i) => (node.has(i) ? [node.value(i)] : [])).reduce(add);
    const scaling = [2, 3].flatMap((i) => (node.has(i) ? [node.value(i)] : []));
    const epsilon = node.float('epsilon', EPSILON);
    return [...apply(node, 'LayerNormalization', [whole, ...scaling], { axis: -1, epsilon }), whole];
  },
};

/** What comes after the sum in a node that is several. */
function activated(node: NodeOperands, y: Value, apply: Apply): Value {
  const activation = node.text('activation', 'none');
  const [first = 0, second = 0] = node.floats('activation_params') ?? [];
  if (activation === 'none') return y;
  if (activation === 'Clip') return clip(y, first, second);
  if (activation === 'LeakyRelu') return apply(node, activation, [y], { alpha: first })[0]!;
  if (activation === 'HardSigmoid') return apply(node, activation, [y], { alpha: first, beta: second })[0]!;
  if (!['Relu', 'Sigmoid', 'Tanh'].includes(activation)) node.refuse(`its activation is '${activation}'`);
  return apply(node, activation, [y])[0]!;
}
