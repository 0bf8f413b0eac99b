/** @file The inference runtime: the one place that loads it. */
import './silence.js';

export { InferenceSession, Tensor } from 'onnxruntime-node';
