/**
 * @file `instdisc/runtime`: runs graphs, in ONNX Runtime for Node.
 *
 * @packageDocumentation
 */

// Where: a device and its threads.

export { type Backend, DEVICES, openBackend } from './device.js';

// What is fed.

export type { Feed, Feeds, TensorData } from './feed.js';

// A graph that is run as it is, and one that carries state from run to run.

export { Program } from './program.js';
export { Step } from './stateful-step.js';

// A model from a file.

export { Model } from './model.js';

// What of a network that is read depends on shapes and constants alone.

export { evaluateOnnx } from './evaluate-onnx.js';

// Where the time goes.

export { type OperatorTime, type Profiled, type ProfileOptions, profile } from './profile.js';
export { gemmRate } from './speed.js';

// What goes wrong.

export { DeviceError } from '../core/errors.js';
