/**
 * @file `instdisc/graph`: build graphs of operators, differentiate them into graphs, print them, write them as ONNX.
 *
 * @packageDocumentation
 */

// Values: inputs, constants, and what operators make of them.

export {
  type ConstantValue,
  type DType,
  floats,
  type InputValue,
  input,
  ints,
  type Node,
  type Outputs,
  type ResultValue,
  type Shape,
  scalar,
  show,
  sizeOf,
  type TensorType,
  type Value,
} from './value.js';

// Operators, as functions from values to values.

export {
  abs,
  add,
  averagePool,
  batchNorm,
  cast,
  channelAffine,
  clip,
  concat,
  conv,
  convTranspose,
  cos,
  depthToSpace,
  div,
  einsum,
  equal,
  erf,
  exp,
  expand,
  flatten,
  gather,
  gatherAxis,
  gelu,
  globalAveragePool,
  globalMaxPool,
  greater,
  groupNormalization,
  hardSwish,
  instanceNormalization,
  layerNormalization,
  less,
  log,
  logSoftmax,
  lpNormalization,
  matMul,
  matmul,
  max,
  maximum,
  maxPool,
  mean,
  minimum,
  mul,
  neg,
  pad,
  pow,
  reciprocal,
  relu,
  reshape,
  resize,
  rmsNormalization,
  scatterAdd,
  sigmoid,
  sign,
  sin,
  slice,
  softmaxAlong,
  spaceToDepth,
  split,
  sqrt,
  squeeze,
  stopGradient,
  sub,
  sum,
  swish,
  tanh,
  tile,
  transpose,
  unsqueeze,
  where,
} from './ops/operators.js';

// Operators of your own.

export {
  type Attributes,
  type GradientRule,
  HELD_CONSTANT,
  NoGradient,
  noGradient,
  type Operator,
  type OperatorDefinition,
  operator,
} from './operator.js';

// From graph to graph: the gradient, and what a device can run.

export { grad } from './grad.js';
export { lower } from './lower.js';
export { type Device, PORTABLE, type Target } from './target.js';

// State: the output `next.w` of one run is the input `w` of the following one.

export { NEXT } from './state.js';

// Out of a graph: text, an ONNX model, the number of multiplications.

export { multiplyAdds } from './cost.js';
export { type OnnxOptions, OPSET, toOnnx } from './onnx.js';
export { print } from './print.js';

// Into a graph: an ONNX model from elsewhere, as a network from pictures to features.

export type { ElementType } from './from-onnx/element-type.js';
export { type Evaluate, type FromOnnxOptions, fromOnnx, type Network } from './from-onnx/from-onnx.js';
export type { ImageInput, ImageLayout } from './from-onnx/image-input.js';
export type { ExternalData, OnnxTensor } from './from-onnx/onnx-tensor.js';
export type { BatchNormTensors, NamedTensor, TensorsOfNetwork } from './from-onnx/operands.js';

// What goes wrong.

export { DataError, GradientError, InstDiscError, OperatorError, ShapeError } from '../core/errors.js';
