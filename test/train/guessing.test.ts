import { describe, expect, it } from 'vitest';
import { input } from '#src/graph/value.js';
import { buildLoss, LOSS_NAMES, type LossOptions } from '#src/method/loss.js';
import { Variables } from '#src/nn/variables.js';
import { resolveSettings } from '#src/run/config.js';
import { guessingLoss, isGuessing } from '#src/train/guessing.js';
import { evaluate } from '../method/evaluate.js';

const [N, BATCH, DIM, CLASSES, NEGATIVES, TAU] = [40, 6, 4, 3, 9, 0.1];

/** The loss itself, of an encoder that gives every picture one and the same feature. */
async function lossOfOneFeature(kind: (typeof LOSS_NAMES)[number]): Promise<number> {
  const drawn = { negatives: NEGATIVES, perImage: false };
  const options = { kind, ...drawn, numClasses: CLASSES, bankShare: 0.5 } as LossOptions;
  const head = new Variables('training');
  const [v, other] = [input('v', [BATCH, DIM]), input('other', [BATCH, DIM])];
  const { loss } = buildLoss(options, {
    embeddings: [v],
    features: [v, other],
    bank: input('bank', [N, DIM]),
    indices: input('indices', [BATCH], 'int64'),
    positives: input('positives', [BATCH]),
    tau: TAU,
    head,
  });
  const same = (rows: number): Float32Array =>
    Float32Array.from({ length: rows * DIM }, (_, i) => (i % DIM === 0 ? 1 : 0));
  const numbers = BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i % CLASSES));
  const all = {
    ...{ v: same(BATCH), other: same(BATCH), bank: same(N), indices: numbers, classes: numbers },
    ...{ positives: new Float32Array(BATCH).fill(1), z: Float32Array.of(0), negatives: new BigInt64Array(NEGATIVES) },
    'head.weight': same(kind === 'supervised' ? CLASSES : N),
  };
  return (await evaluate({ loss }, all as never))['loss']![0]!;
}

describe.each(LOSS_NAMES)('guessing with the loss %s', (loss) => {
  const settings = resolveSettings('folder', {
    ...{ loss, batch: BATCH, dim: DIM, tau: TAU },
    ...((loss === 'nce' || loss === 'infonce') && { negatives: NEGATIVES }),
  });
  const instances = { numImages: N, classes: { numbers: new Int32Array(N), count: CLASSES } };

  it('costs what the loss is for features that are all the same', async () => {
    expect(guessingLoss(settings, instances)).toBeCloseTo(await lossOfOneFeature(loss), 4);
  });

  it('is told from learning, and from what the proximal term adds', () => {
    const guessing = guessingLoss(settings, instances)!;
    expect(isGuessing({ loss: 1.2 * guessing, similarity: 0 }, settings, guessing)).toBe(true);
    expect(isGuessing({ loss: guessing, similarity: 1 }, settings, guessing)).toBe(true);
    expect(isGuessing({ loss: 0.98 * guessing, similarity: 0.5 }, settings, guessing)).toBe(false);
    const held = { ...settings, proximal: 10 };
    expect(isGuessing({ loss: 0.98 * guessing + 10, similarity: 0.5 }, held, guessing)).toBe(false);
  });
});

it('has no one cost where the noise is given', () => {
  const settings = resolveSettings('folder', { loss: 'nce', negatives: NEGATIVES });
  expect(guessingLoss(settings, { numImages: N, noiseWeights: new Float64Array(N).fill(1) })).toBeUndefined();
});
