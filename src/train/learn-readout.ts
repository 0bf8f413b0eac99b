/** @file Learns a readout from the pictures of a training. */
import { Random } from '../core/random.js';
import { cachedEvalBatches } from '../data/batches/eval-batches.js';
import type { PictureCache } from '../data/cache/cache.js';
import { describeGraph } from '../method/encode.js';
import { fitReadout } from '../method/fit-readout.js';
import { countOf, type Readout } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import { Variables } from '../nn/variables.js';
import { ENCODE_BATCH } from '../run/embed.js';
import type { EncoderForm } from '../run/encoder-form.js';
import { transformOf } from '../run/transform.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';

/** Enough for the variances of a thousand descriptors, and some seconds. */
const MOST_PICTURES = 4096;

/** How many pictures of so many are looked at. */
export function numToLearnFrom({ readout }: Pick<Settings, 'readout'>, numPictures: number): number {
  return readout === 'features' ? 0 : Math.min(numPictures, MOST_PICTURES);
}

/** Which pictures of so many are looked at: the same for the same seed. */
export function placesToLearnFrom({ seed }: Pick<Settings, 'seed'>, numPictures: number): Uint32Array {
  return new Random(seed, 'sample').permutation(numPictures).slice(0, MOST_PICTURES).sort();
}

/**
 * @param trained parameters and buffers of the encoder, by name
 * @returns undefined if the pictures do not differ; the same for the same seed, pictures and encoder
 */
export async function learnReadout(
  { settings, architecture }: EncoderForm,
  trained: ReadonlyMap<string, Float32Array>,
  cache: PictureCache,
  backend: Backend,
): Promise<Readout | undefined> {
  const shape = { batch: ENCODE_BATCH, size: settings.size };
  const program = await Program.create(
    describeGraph(architecture, shape, new Variables('folded', trained), settings),
    backend,
  );
  try {
    const places = placesToLearnFrom(settings, cache.length);
    const blocks = new Map(
      Array.from(
        program.outputs,
        ([
          name,
          {
            shape: [, dim],
          },
        ]) => {
          const weight = countOf(name, settings);
          return [name, { rows: new Float32Array(places.length * dim!), dim: dim!, weight }] as const;
        },
      ),
    );
    let done = 0;
    const transform = transformOf(settings, { settings });
    for await (const { images, count } of cachedEvalBatches(cache, { ...transform, batch: ENCODE_BATCH, places })) {
      const described = await program.run({ images });
      for (const [name, { rows, dim }] of blocks) rows.set(described[name]!.subarray(0, count * dim), done * dim);
      done += count;
    }
    return fitReadout([...blocks.values()], settings.dim, settings.whitening);
  } finally {
    await program.release();
  }
}
