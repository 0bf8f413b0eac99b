import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchMaker } from '#src/data/batches/batch-maker.js';
import { Loader } from '#src/data/batches/loader.js';
import { Sampler } from '#src/data/batches/sampler.js';
import { augmentationOf } from '#src/run/augmentation.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import type { Explanation, ServedPicture } from '#src/server/api.js';
import { Explanation as schema } from '#src/server/api.js';
import { explainRow } from '#src/server/explanation.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

const root = tempFolder();
const path = join(root, 'run');
const PLACE = 5;
const pictureAt = (place: number): ServedPicture => ({ row: place, name: `picture ${place}`, label: null });
let run: TrainedRun;
let explanation: Omit<Explanation, 'picture'>;
/** Of the first view, with the bank, each term in turn. */
let similarities: number[];

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 3);
  const settings = { width: 8, size: 16, batch: 12, epochs: 2, warmup: 0, seed: 9 };
  await train({ paths: [pictures], out: path, settings, threads: 1 });
  run = await openRun(path, { threads: 1 });
  explanation = await explainRow(run, PLACE, pictureAt, { views: 3, negatives: 16, epoch: 2 });
  similarities = run.bank.ids.map((_, row) => {
    let sum = 0;
    for (let d = 0; d < run.dim; d++) sum += explanation.feature[d]! * run.bank.features[row * run.dim + d]!;
    return sum;
  });
});
afterAll(() => run.release());

const naiveZ = (tau: number): number => similarities.reduce((sum, similarity) => sum + Math.exp(similarity / tau), 0);
const naiveP = (row: number): number => Math.exp(similarities[row]! / explanation.tau) / naiveZ(explanation.tau);

describe('the explanation of a training picture', () => {
  it('is what the schema promises', () => {
    expect(() => schema.parse({ picture: pictureAt(PLACE), ...explanation })).not.toThrow();
    expect(explanation).toMatchObject({ numRows: 36, numNegatives: 16, epoch: 2, tau: run.config.settings.tau });
    expect(explanation.logN).toBeCloseTo(Math.log(36), 14);
  });

  it('begins with the views that training itself was given in that epoch', async () => {
    const { settings } = run.config;
    const sampler = new Sampler({ pictures: 36, ...settings });
    const options = {
      cacheDir: join(path, 'cache'),
      size: 16,
      augmentation: augmentationOf(settings),
      seed: 9,
      workers: 0,
    };
    const loader = new Loader({ ...options, views: 2 }, sampler, sampler.stepsPerEpoch);
    const stride = 3 * 16 * 16;
    for (let seen = false; !seen; ) {
      const { epoch, indices, images } = await loader.next();
      expect(epoch).toBe(1);
      const at = indices.indexOf(PLACE);
      seen = at >= 0;
      for (const view of seen ? [0, 1] : []) {
        const start = (view * indices.length + at) * stride;
        const feature = await run.trainedEncoder.encode(images.slice(start, start + stride), 1);
        const similarity = feature.slice(0, run.dim).reduce((sum, x, d) => sum + x * explanation.bankRow[d]!, 0);
        expect(explanation.views[view]!.similarity).toBeCloseTo(similarity, 5);
      }
    }
    await loader.close();
  });

  it('shows the views as they are', async () => {
    const { settings } = run.config;
    const batch = {
      cacheDir: join(path, 'cache'),
      size: 16,
      augmentation: augmentationOf(settings),
      views: 3,
      seed: 9,
    };
    const maker = new BatchMaker(batch);
    const images = new Float32Array(3 * 3 * 256);
    maker.fill(1, Int32Array.of(PLACE), images);
    maker.close();
    for (const [view, { image }] of explanation.views.entries()) {
      const [, base64] = /^data:image\/png;base64,(.*)$/.exec(image)!;
      const { data, info } = await sharp(Buffer.from(base64!, 'base64')).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 16, height: 16, channels: 3 });
      for (let c = 0; c < 3; c++) {
        for (let i = 0; i < 256; i++) {
          const value = images[(3 * view + c) * 256 + i]! * settings.std[c]! + settings.mean[c]!;
          expect(Math.abs(data[3 * i + c]! - 255 * Math.min(1, Math.max(0, value)))).toBeLessThanOrEqual(0.51);
        }
      }
    }
  });

  it('draws other views for another epoch, and the same again for the same', async () => {
    const options = { views: 1, negatives: 16, epoch: 2 };
    const again = await explainRow(run, PLACE, pictureAt, options);
    const other = await explainRow(run, PLACE, pictureAt, { ...options, epoch: 3 });
    expect(again.views[0]!.image).toBe(explanation.views[0]!.image);
    expect(again.negatives).toEqual(explanation.negatives);
    expect(other.views[0]!.image).not.toBe(explanation.views[0]!.image);
    expect(other.negatives).not.toEqual(explanation.negatives);
  });

  it('has the softmax over all rows (eq. 2)', () => {
    expect(explanation.logZ).toBeCloseTo(Math.log(naiveZ(explanation.tau)), 10);
    expect(explanation.own.probability).toBeCloseTo(naiveP(PLACE), 12);
    expect(explanation.loss).toBeCloseTo(-Math.log(naiveP(PLACE)), 10);
    const order = similarities.map((_, row) => row).sort((a, b) => similarities[b]! - similarities[a]!);
    expect(explanation.top.map(({ row }) => row)).toEqual(order.slice(0, 12));
    expect(explanation.own.rank).toBe(1 + order.indexOf(PLACE));
    for (const { row, similarity, probability } of explanation.top) {
      expect(similarity).toBeCloseTo(similarities[row]!, 12);
      expect(probability).toBeCloseTo(naiveP(row), 12);
    }
  });

  it('has log Z at other temperatures, the training’s own among them', () => {
    const taus = explanation.logZAt.map(({ tau }) => tau);
    expect(taus).toEqual([...taus].sort((a, b) => a - b));
    expect(taus).toContain(run.config.settings.tau);
    for (const { tau, logZ } of explanation.logZAt) expect(logZ).toBeCloseTo(Math.log(naiveZ(tau)), 9);
  });

  it('has negatives with their posterior (eq. 6), never the picture itself in this recipe', () => {
    expect(explanation.negatives).toHaveLength(16);
    const h = (row: number): number => naiveP(row) / (naiveP(row) + 16 / 36);
    for (const { row, h: told } of explanation.negatives) {
      expect(row).not.toBe(PLACE);
      expect(told).toBeCloseTo(h(row), 12);
    }
    expect(explanation.ownH).toBeCloseTo(h(PLACE), 12);
  });

  it('draws negatives uniformly', async () => {
    const { negatives } = await explainRow(run, PLACE, pictureAt, { views: 1, negatives: 3500, epoch: 1 });
    const counts = new Array<number>(36).fill(0);
    for (const { row } of negatives) counts[row]!++;
    expect(counts[PLACE]).toBe(0);
    // Chi-squared with 34 degrees of freedom: 65 is passed once in a thousand times.
    const chiSquared = counts.reduce((sum, count, row) => (row === PLACE ? sum : sum + (count - 100) ** 2 / 100), 0);
    expect(chiSquared).toBeLessThan(65);
  });

  it('counts every row in the histogram, in its bin', () => {
    const counts = new Array<number>(80).fill(0);
    for (const similarity of similarities) counts[Math.min(79, Math.floor((similarity + 1) * 40))]!++;
    expect(explanation.histogram).toEqual(counts);
  });

  it('leaves out pictures that are not to be shown, and no number changes', async () => {
    const hidden = explanation.top[0]!.row;
    const options = { views: 3, negatives: 16, epoch: 2 };
    const shown = await explainRow(run, PLACE, (place) => (place === hidden ? undefined : pictureAt(place)), options);
    expect(shown.top).toEqual(explanation.top.slice(1));
    expect(shown.logZ).toBe(explanation.logZ);
  });
});
