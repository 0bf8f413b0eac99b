/**
 * @file `instdisc/nn`: parameters with names, layers, encoders and SGD, as functions from graph to graph.
 *
 * @packageDocumentation
 */

// Parameters and buffers: declared by layers, given starting values by a seed.

export { type Purpose, Random } from '../core/random.js';
export { constant, kaimingNormal, uniformFanIn } from './initializers.js';
export { type Initializer, type Mode, type Variable, Variables } from './variables.js';

// Layers.

export { adaptiveAveragePool } from './adaptive-pool.js';
export { batchNorm2d, conv2d, linear, standardize } from './layers.js';

// Rows: of features, of logits.

export { l2Normalize, logSumExp, rowDot } from './rows.js';

// Encoders: from pictures to features.

export type { Encoder, EncoderOptions, Stem } from './encoders/encoder.js';
export { ENCODER_NAMES, type EncoderName, encoderNamed } from './encoders/named-encoders.js';

// A network that was read from an ONNX model.

export { networkFeatures } from './network-features.js';

// What a step does with gradients.

export { muon } from './muon.js';
export { momentumName, type Optimizer, type SgdOptions, sgd, sgdUpdates, type Updated } from './sgd.js';
