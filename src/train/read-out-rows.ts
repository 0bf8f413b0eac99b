/** @file Features that a readout makes of descriptors which are known already, without looking at the pictures again. */
import { input } from '../graph/value.js';
import { type Readout, readOut } from '../method/readout.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';

const BATCH = 256;

/**
 * @param rows float32[n, inputs], all that the readout reads of each picture
 * @returns float32[n, dim], unit rows
 */
export async function readOutRows(rows: Float32Array, readout: Readout, backend: Backend): Promise<Float32Array> {
  const dim = readout.bias.length;
  const inputs = readout.weight.length / dim;
  const numRows = rows.length / inputs;
  const features = new Float32Array(numRows * dim);
  const program = await Program.create(
    { features: readOut({ rows: input('rows', [BATCH, inputs]) }, readout) },
    backend,
  );
  try {
    const batch = new Float32Array(BATCH * inputs);
    for (let first = 0; first < numRows; first += BATCH) {
      const some = rows.subarray(first * inputs, Math.min(numRows, first + BATCH) * inputs);
      batch.set(some);
      const read = (await program.run({ rows: batch }))['features']!;
      features.set(read.subarray(0, (some.length / inputs) * dim), first * dim);
    }
    return features;
  } finally {
    await program.release();
  }
}
