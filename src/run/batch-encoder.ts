/** @file A run's encoder for whole batches, as fast as this processor can be made to run it. */

import { encodeGraph } from '../method/encode.js';
import { readoutAmong } from '../method/readout.js';
import { NETWORK } from '../nn/encoders/named-encoders.js';
import { Variables } from '../nn/variables.js';
import type { Backend } from '../runtime/device.js';
import type { Model } from '../runtime/model.js';
import { Program } from '../runtime/program.js';
import { ENCODE_BATCH } from './embed.js';
import type { EncoderForm } from './encoder-form.js';
import type { Encode } from './features.js';
import { transformOf } from './transform.js';

/** Below this part of a batch, encoding just what is there is faster. */
const LEAST_FILLING = 0.5;

export interface BatchEncoder {
  readonly encode: Encode;
  release(): Promise<void>;
}

/**
 * Encodes a few pictures by the exported model, which takes any number; whole batches by a graph built for their size
 * and lowered for this processor, with the weights as constants. It is built when the first such batch comes. Networks from elsewhere,
 * with their depthwise convolutions and activations, the runtime makes faster by itself.
 *
 * @param weights parameters and buffers by name, and the readout if there is one, which the model was exported from
 */
export function batchEncoder(
  model: Model,
  { settings, architecture }: EncoderForm,
  weights: ReadonlyMap<string, Float32Array>,
  backend: Backend,
): BatchEncoder {
  const { size } = settings;
  const readout = readoutAmong(weights, settings);
  const side = transformOf(settings, readout).size;
  const pixels = 3 * side * side;
  let program: Promise<Program> | undefined;
  const build = (): Promise<Program> => {
    const variables = new Variables('folded', weights);
    return Program.create(encodeGraph(architecture, { batch: ENCODE_BATCH, size }, variables, readout), backend);
  };
  return {
    encode: async (images, count) => {
      const isBatch = images.length === ENCODE_BATCH * pixels && count >= LEAST_FILLING * ENCODE_BATCH;
      if (!isBatch || settings.encoder === NETWORK || backend.target.channelBlock === undefined) {
        return model.run(images.subarray(0, count * pixels), [count, 3, side, side]);
      }
      program ??= build();
      return (await (await program).run({ images }))['features']!;
    },
    release: async () => {
      await model.release();
      await (await program)?.release();
    },
  };
}
