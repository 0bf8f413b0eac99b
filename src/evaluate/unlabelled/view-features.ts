/** @file Features of pictures as they are, and of two augmented views of each. */
import { Random } from '../../core/random.js';
import { Augmenter } from '../../data/transform/augment.js';
import { CentreCropper } from '../../data/transform/centre-crop.js';
import { augmentationOf } from '../../run/augmentation.js';
import { ENCODE_BATCH } from '../../run/embed.js';
import type { Encode } from '../../run/features.js';
import type { TrainedRun } from '../../run/open-run.js';
import type { SampledPicture } from '../sampled-pictures.js';

export interface ViewFeatures {
  /** int32[n], of the pictures. */
  readonly rows: Int32Array;
  /** float32[n, dim], of the pictures through the transform of evaluation. */
  readonly plain: Float32Array;
  /** float32[n, dim] each, of two crops by the augmentation of the training. */
  readonly views: readonly [Float32Array, Float32Array];
  /** As `plain`, by the earlier encoder; empty without one. */
  readonly earlier: Float32Array;
}

/**
 * Encodes the same pictures four times while they are in memory.
 *
 * @param earlier another encoder for the pictures as they are
 * @param seed of the augmentation: with a picture's row it determines its views
 */
export async function viewFeatures(
  run: TrainedRun,
  pictures: AsyncIterable<SampledPicture>,
  { earlier, seed, onProgress }: { earlier?: Encode | undefined; seed: number; onProgress?: (done: number) => void },
): Promise<ViewFeatures> {
  const { dim, transform } = run;
  const stride = 3 * transform.size ** 2;
  const cropper = new CentreCropper(transform);
  const augmenter = new Augmenter(transform.size, augmentationOf(run.config.settings));
  const [plain, first, second] = [0, 1, 2].map(() => new Float32Array(ENCODE_BATCH * stride)) as Images;
  const rows: number[] = [];
  /** Features of the batches so far: of the three kinds of image, and by the earlier encoder. */
  const batches: readonly Float32Array[][] = [[], [], [], []];
  let count = 0;

  async function encodeBatch(): Promise<void> {
    const encode = async (encoder: Encode, images: Float32Array): Promise<Float32Array> =>
      (await encoder(images, count)).slice(0, count * dim);
    for (const [kind, images] of [plain, first, second].entries())
      batches[kind]!.push(await encode(run.encode, images));
    if (earlier !== undefined) batches[3]!.push(await encode(earlier, plain));
    count = 0;
    onProgress?.(rows.length);
  }

  for await (const { row, rgb } of pictures) {
    const place = (images: Float32Array): Float32Array => images.subarray(count * stride, (count + 1) * stride);
    const random = new Random(seed, 'augment', 0, row);
    cropper.apply(rgb, place(plain));
    augmenter.apply(rgb, random, place(first));
    augmenter.apply(rgb, random, place(second));
    rows.push(row);
    if (++count === ENCODE_BATCH) await encodeBatch();
  }
  if (count > 0) await encodeBatch();
  const [ofPlain, ofFirst, ofSecond, ofEarlier] = batches.map(concat) as [...Images, Float32Array];
  return { rows: Int32Array.from(rows), plain: ofPlain, views: [ofFirst, ofSecond], earlier: ofEarlier };
}

type Images = [plain: Float32Array, first: Float32Array, second: Float32Array];

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
