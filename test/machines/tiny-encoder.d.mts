import type { Encoder } from '#src/nn/encoders/encoder.js';

export declare function tinyEncoder(dim: number): Encoder;
