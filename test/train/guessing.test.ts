import { describe, expect, it } from 'vitest';
import { input } from '#src/graph/value.js';
import { guessOf, type Loss } from '#src/method/losses/loss.js';
import { LOSSES } from '#src/method/losses/losses.js';
import { RECIPES } from '#src/method/recipes.js';
import type { Settings } from '#src/method/settings.js';
import { Variables } from '#src/nn/variables.js';
import { isGuessing } from '#src/train/guessing.js';
import { evaluate } from '../method/evaluate.js';

const [N, BATCH, DIM, CLASSES, NEGATIVES] = [40, 6, 4, 3, 9];
const SETTINGS: Settings = { ...RECIPES.folder, batch: BATCH, dim: DIM, tau: 0.1, negatives: NEGATIVES };
const INSTANCES = { numImages: N, numClasses: CLASSES, classes: new Int32Array(N) };

/** The loss itself, of an encoder that gives every picture one and the same feature. */
async function lossOfOneFeature(loss: Loss): Promise<number> {
  const head = new Variables('training');
  const [v, other] = [input('v', [BATCH, DIM]), input('other', [BATCH, DIM])];
  const inputs = {
    ...{ embeddings: [v, other], features: [v, other], local: [], bank: input('bank', [N, DIM]) },
    ...{ indices: input('indices', [BATCH], 'int64'), positives: input('positives', [BATCH]), head },
  };
  const built = loss.build(inputs, SETTINGS, INSTANCES);
  const same = (rows: number): Float32Array =>
    Float32Array.from({ length: rows * DIM }, (_, i) => (i % DIM === 0 ? 1 : 0));
  const indices = Int32Array.from({ length: BATCH }, (_, i) => i);
  const weights = Array.from(head.parameters, ([name, { value }]) => [name, same(value.shape[0]!)]);
  const all = {
    ...{ v: same(BATCH), other: same(BATCH), bank: same(N), indices, positives: new Float32Array(BATCH).fill(1) },
    ...Object.fromEntries(weights),
    ...loss.start?.(SETTINGS, INSTANCES).feed?.(0, indices),
  };
  return (await evaluate({ loss: built.loss }, all))['loss']![0]!;
}

describe.each(LOSSES)('guessing with the loss $name', (loss) => {
  const guessing = guessOf(loss, SETTINGS, INSTANCES, false)!.nats;

  it('costs what the loss is for features that are all the same', async () => {
    expect(guessing).toBeCloseTo(await lossOfOneFeature(loss), 4);
  });

  it('is told from learning, and from what the proximal term adds', () => {
    expect(isGuessing({ loss: 1.2 * guessing, similarity: 0 }, SETTINGS, guessing)).toBe(true);
    expect(isGuessing({ loss: guessing, similarity: 1 }, SETTINGS, guessing)).toBe(true);
    expect(isGuessing({ loss: 0.98 * guessing, similarity: 0.5 }, SETTINGS, guessing)).toBe(false);
    const held = { ...SETTINGS, proximal: 10 };
    expect(isGuessing({ loss: 0.98 * guessing + 10, similarity: 0.5 }, held, guessing)).toBe(false);
  });
});

it('has no one cost with NCE where the noise is given', () => {
  const known = LOSSES.filter((loss) => guessOf(loss, SETTINGS, INSTANCES, true) !== undefined);
  expect(known.map(({ name }) => name)).not.toContain('nce');
  expect(known).toHaveLength(LOSSES.length - 1);
});
