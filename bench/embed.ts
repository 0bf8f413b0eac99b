/** @file An exported encoder, fed from memory and from JPEG files, beside a large matrix product. */
import { Random } from '#src/core/random.js';
import { multiplyAdds } from '#src/graph/cost.js';
import { encodeGraph, encoderOnnx } from '#src/method/encode.js';
import { Variables } from '#src/nn/variables.js';
import { batchEncoder } from '#src/run/batch-encoder.js';
import { ENCODE_BATCH, embed as embedPictures } from '#src/run/embed.js';
import { openBackend } from '#src/runtime/device.js';
import { Model } from '#src/runtime/model.js';
import { gemmRate } from '#src/runtime/speed.js';
import { jpegFolder } from './pictures.js';
import { type Options, type ReportRow, row } from './report.js';
import { STEPS } from './steps.js';
import { inTurn, median, medianSeconds } from './timing.js';

const RUNS = 4;
const NUM_FILES = 500;

export async function benchEmbed({ rounds, threads }: Options): Promise<ReportRow[]> {
  const { settings, encoder } = STEPS['w64']!;
  const { size, dim } = settings;
  const variables = new Variables('training');
  encodeGraph(encoder, { batch: 1, size }, variables);
  const weights = variables.initialValues(0);
  const backend = await openBackend('cpu', threads);
  const model = await Model.load(encoderOnnx(encoder, size, weights, {}), backend);
  const { encode, release } = batchEncoder(model, { settings, architecture: encoder }, weights, backend);

  const random = new Random(0, 'sample');
  const images = Float32Array.from({ length: ENCODE_BATCH * 3 * size * size }, () => random.normal());
  await using folder = await jpegFolder(NUM_FILES, size, size);
  const files = (): Promise<unknown> => embedPictures({ encode, dim, transform: settings }, [folder.path]);
  const [ceiling, alone, whole] = (await inTurn(
    [
      () => gemmRate(backend),
      () => medianSeconds(() => encode(images, ENCODE_BATCH), RUNS),
      () => medianSeconds(files, 1),
    ],
    rounds,
  )) as [number[], number[], number[]];
  await release();

  const operations = 2 * multiplyAdds(encodeGraph(encoder, { batch: 1, size }, new Variables('evaluation')));
  const rowOf = (work: string, pictures: number, seconds: readonly number[]): ReportRow =>
    row({
      work,
      figures: seconds.map((s) => pictures / s),
      unit: 'pictures/s',
      reached: (operations * pictures) / median(seconds) / 1e9,
      ceiling: median(ceiling) / 1e9,
      ceilingUnit: 'GFLOP/s',
    });
  return [
    rowOf(`encoder w64 alone, batch ${ENCODE_BATCH}`, ENCODE_BATCH, alone),
    rowOf(`${NUM_FILES} JPEG files of ${size} pixels`, NUM_FILES, whole),
  ];
}
