/** @file What each stage of a run's encoder makes of pictures, pooled to vectors of like size. */
import { checkFinite } from '../core/vector.js';
import { evalBatches } from '../data/batches/eval-batches.js';
import type { Picture, Skipped } from '../data/picture.js';
import { input, type Outputs, type Value } from '../graph/value.js';
import { describe, readOut, readoutAmong } from '../method/readout.js';
import { adaptiveAveragePool } from '../nn/adaptive-pool.js';
import { l2Normalize } from '../nn/rows.js';
import { Variables } from '../nn/variables.js';
import { ENCODE_BATCH } from '../run/embed.js';
import type { TrainedRun } from '../run/open-run.js';
import { Program } from '../runtime/program.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';

/**
 * Most numbers a picture and stage, where a stage has no more channels: 64 channels on 3 × 3 cells. The paper has about
 * 9,000, for which an ordinary computer has neither the memory nor the time.
 */
const MAX_DIM = 576;

export interface Stage {
  /** `conv1` to `conv5`, as in the paper, or `cut`, the feature of a network that a file has brought; `features` or `readout`. */
  readonly name: string;
  readonly dim: number;
}

export interface StageEncoder {
  /** From the picture on. */
  readonly stages: readonly Stage[];
  /**
   * @param images float32[ENCODE_BATCH, 3, size, size], through the transform of the run
   * @returns float32[ENCODE_BATCH, dim] of each stage, by its name
   */
  encode(images: Float32Array): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

/**
 * Opens the encoder of a run so that all its stages can be looked at.
 *
 * Of a convolutional stage each channel is averaged over the cells of the finest square grid with which it is at most
 * 576 numbers a picture, or over the whole picture if it has more channels than that. `features` are those that are
 * trained, `readout`, where a run has one, those that are searched; both of length one.
 */
export async function stageEncoder({ form, weights, backend }: TrainedRun): Promise<StageEncoder> {
  const { architecture, settings } = form;
  const readout = readoutAmong(weights, settings);
  const zoom = readout === undefined ? 1 : settings.zoom;
  const side = zoom * settings.size;
  const images = input('images', [ENCODE_BATCH, 3, side, side]);
  const variables = new Variables('folded', weights);
  const { trained, stages, blocks } = describe(architecture, variables, images, { ...settings, zoom });
  const pooled = Array.from(stages, ([name, x]): [string, Value] => [
    name,
    x.shape.length === 2 ? x : adaptiveAveragePool(x, gridSide(x)),
  ]);
  const outputs: Outputs = {
    ...Object.fromEntries(pooled),
    features: l2Normalize(trained),
    ...(readout && { readout: readOut(blocks, readout) }),
  };
  const program = await Program.create(outputs, backend);
  return {
    stages: Object.entries(outputs).map(([name, { shape }]) => ({ name, dim: shape[1]! })),
    encode: (batch) => program.run({ images: batch }),
    release: () => program.release(),
  };
}

/** Cells a side of the finest grid that is small enough, and no finer than the stage's. */
export function gridSide({ shape }: Pick<Value, 'shape'>): number {
  const [, channels, height, width] = shape as [number, number, number, number];
  return Math.max(1, Math.min(height, width, Math.floor(Math.sqrt(MAX_DIM / channels))));
}

export interface StageEmbeddings {
  /** By name of the stage. */
  readonly embeddings: Map<string, Embeddings>;
  readonly skipped: readonly Skipped[];
}

export interface EmbedStagesOptions {
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Encodes pictures once, and keeps what each stage makes of them: some 10 kB a picture.
 *
 * @throws the signal's reason
 */
export async function embedStages(
  encoder: StageEncoder,
  { transform }: Pick<TrainedRun, 'transform'>,
  pictures: readonly Picture[],
  { onProgress, signal }: EmbedStagesOptions = {},
): Promise<StageEmbeddings> {
  const rows = new Map(encoder.stages.map(({ name, dim }) => [name, new Float32Array(pictures.length * dim)]));
  const skipped: Skipped[] = [];
  const encoded: Picture[] = [];
  const options = { ...transform, batch: ENCODE_BATCH, ...(signal && { signal }) };
  const batches = evalBatches(pictures, { ...options, onSkip: (broken) => skipped.push(broken) });
  for await (const { pictures: some, images, count } of batches) {
    const results = await encoder.encode(images);
    for (const { name, dim } of encoder.stages) {
      checkFinite(results[name]!, `stage ${name}`);
      rows.get(name)!.set(results[name]!.subarray(0, count * dim), encoded.length * dim);
    }
    encoded.push(...some);
    onProgress?.(encoded.length + skipped.length, pictures.length);
  }
  const ids = encoded.map(({ id }) => id);
  const labels = encoded.map(({ label }) => label ?? null);
  const embeddings = encoder.stages.map(({ name, dim }): [string, Embeddings] => [
    name,
    { ids, labels, features: rows.get(name)!.subarray(0, ids.length * dim), dim },
  ]);
  return { embeddings: new Map(embeddings), skipped };
}
