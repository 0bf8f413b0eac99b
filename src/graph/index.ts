/** @file The graph layer alone: build, differentiate, lower, print and write ONNX graphs. `instdisc/graph`. */
export { GradientError, ShapeError } from '../core/errors.js';
export { multiplyAdds } from './cost.js';
export { grad } from './grad.js';
export { lower } from './lower.js';
export { type OnnxOptions, OPSET, toOnnx } from './onnx.js';
export * from './operator.js';
export * from './ops/index.js';
export { print } from './print.js';
export { type Device, PORTABLE, type Target } from './target.js';
export * from './value.js';
